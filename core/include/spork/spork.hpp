#pragma once

/// \file
/// Everything but Qt.

#include <spork/array.hpp>
#include <spork/barrier.hpp>
#include <spork/condition.hpp>
#include <spork/connection.hpp>
#include <spork/context.hpp>
#include <spork/error.hpp>
#include <spork/event.hpp>
#include <spork/exit_status.hpp>
#include <spork/finalize.hpp>
#include <spork/global.hpp>
#include <spork/host.hpp>
#include <spork/init.hpp>
#include <spork/lock.hpp>
#include <spork/logging.hpp>
#include <spork/native_handle.hpp>
#include <spork/pool.hpp>
#include <spork/process.hpp>
#include <spork/process_base.hpp>
#include <spork/queue.hpp>
#include <spork/remote_exception.hpp>
#include <spork/semaphore.hpp>
#include <spork/shareable_list.hpp>
#include <spork/shareable_value.hpp>
#include <spork/shared_arena.hpp>
#include <spork/shared_containers.hpp>
#include <spork/shared_memory.hpp>
#include <spork/shared_memory_manager.hpp>
#include <spork/start_method.hpp>
#include <spork/task.hpp>
#include <spork/timeout.hpp>
#include <spork/transferable.hpp>
#include <spork/value.hpp>
#include <spork/wait.hpp>
