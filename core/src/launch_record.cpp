#include "launch_record.hpp"

#include "code_position.hpp"

#include <spork/transferable.hpp>

namespace spork::detail {

void LaunchRecord::save(Writer& writer) const {
    writer(version, image, family_key, name, identity, daemon, authkey, default_method, method_chosen, parent_name,
           parent_pid, has_target);
}

LaunchRecord LaunchRecord::load(Reader& reader) {
    LaunchRecord record;
    reader(record.version, record.image);
    if (record.version != current_version || record.image != main_image().id) {
        throw TransferError("this executable is another build than the program that started it: it was rebuilt or "
                            "replaced while the program ran, or set_executable names another program; restart the program");
    }
    reader(record.family_key, record.name, record.identity, record.daemon, record.authkey, record.default_method,
           record.method_chosen, record.parent_name, record.parent_pid, record.has_target);
    return record;
}

}  // namespace spork::detail
