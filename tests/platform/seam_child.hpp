#pragma once

/// \file
/// A child that knows nothing but the seam: its start record is an order in plain text.

#include "platform/launcher.hpp"
#include "platform/process_tag.hpp"
#include "platform/segment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace seam {

/// Carries out the order and ends the process:
///
/// | order            | what the child does                                                                    |
/// |------------------|----------------------------------------------------------------------------------------|
/// | exit N           | ends with exit code N                                                                  |
/// | report NAME      | sends its arguments, folder, variable NAME and number of open handles, a message each  |
/// | hold             | says "ready" and waits for the end of the control channel                              |
/// | survive          | the same; when the end has come it writes "alive" to its first attachment              |
/// | echo             | sends every message and its handles back                                               |
/// | copy             | copies standard input to standard output and "error" to standard error                 |
/// | write            | writes "attached" to its first attachment                                              |
/// | parent           | says "ready", waits for the end of its parent and says so on its attached channel      |
/// | start METHOD X   | starts a child with the order X and its own attachments, says "ready" and waits        |
/// | answer           | sleeps on word 0 of its attached segment until it is 1, and makes word 1 the same  |
/// | tag              | sends its process tag and waits for the end of the control channel                     |
/// | abort            | aborts                                                                                 |
[[noreturn]] void obey(spork::platform::ChildStart start);

/// For LaunchPlan::run_in_fork.
void obey_after_fork(spork::platform::ChildStart start, void* context);

/// The command line that `report` tells.
void keep_arguments(int argc, char** argv);

std::string text_of(const spork::platform::Message& message);
std::error_code send_text(spork::platform::RawHandle channel, std::string_view text,
                          std::vector<spork::platform::Attachment> attachments = {});

/// As text, for children that tell theirs.
std::string tag_text(spork::platform::ProcessTag tag);

/// Sleeps on the word until it holds the value; false when that does not come.
bool sleep_until(spork::platform::Mapping& mapping, const spork::platform::SharedWord& word, std::uint32_t value);

/// Word `index` of a segment.
spork::platform::SharedWord& word_of(const spork::platform::Mapping& mapping, std::size_t index);

/// The next message as text; "<error>" when there is none.
std::string receive_text(spork::platform::RawHandle channel);

/// An order for a child of this launcher; the child is seam_child, or this program's own fork.
spork::platform::LaunchPlan plan_for(const spork::platform::Launcher& launcher, std::string_view order);

}  // namespace seam
