#include "seam_child.hpp"

#include "seam_system.hpp"

#include "support/limits.hpp"
#include "support/system.hpp"

#include "platform/file.hpp"
#include "platform/image.hpp"
#include "platform/waiter.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace seam {

using namespace spork::platform;

namespace {

std::vector<std::string>& own_arguments() {
    static std::vector<std::string> arguments;
    return arguments;
}

void wait_for_end(RawHandle channel) {
    Message message;
    while (!channel_receive(channel, message, Patience())) {
    }
}

void report(RawHandle control, const std::string& variable) {
    std::string arguments;
    for (const std::string& argument : own_arguments()) {
        arguments += argument + "\n";
    }
    send_text(control, arguments);
    send_text(control, std::filesystem::current_path().string());
    send_text(control, environment_variable(variable.c_str()));
    send_text(control, std::to_string(support::open_handles()));
}

void echo(RawHandle control) {
    Message message;
    while (!channel_receive(control, message, Patience())) {
        std::vector<Attachment> attachments;
        for (const Handle& handle : message.handles) {
            attachments.push_back({handle.get(), handle.kind()});
        }
        channel_send(control, message.bytes, attachments, Patience());
    }
}

void answer(RawHandle control, RawHandle segment) {
    const auto mapping = map_segment(segment, 8);
    if (!mapping) {
        send_text(control, mapping.error().message());
        return;
    }
    send_text(control, "ready");
    SharedWord& question = word_of(**mapping, 0);
    if (sleep_until(**mapping, question, 1)) {
        SharedWord& answer = word_of(**mapping, 1);
        answer.store(1);
        (*mapping)->wake(answer);
    }
}

void copy_streams() {
    std::array<char, 4096> buffer;
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
        std::fwrite(buffer.data(), 1, size, stdout);
    }
    std::fflush(stdout);
    write_stderr("error");
}

/// A child of this child. It has said that it runs when this one says so.
void start_another(const std::string& words, const std::vector<Handle>& handles, RawHandle control) {
    const std::string method = words.substr(0, words.find(' '));
    const std::string order = words.substr(method.size() + 1);
    std::vector<Attachment> attachments;
    for (const Handle& handle : handles) {
        attachments.push_back({handle.get(), handle.kind()});
    }
    for (Launcher* launcher : launchers()) {
        if (to_string(launcher->method()) == method) {
            LaunchPlan plan = plan_for(*launcher, order);
            plan.attachments = attachments;
            plan.survive_parent = order == "survive" || order == "parent";
            const auto child = launcher->launch(plan);
            send_text(control, child ? receive_text((*child)->control()) : child.error().message());
            wait_for_end(control);
        }
    }
}

}  // namespace

std::string text_of(const Message& message) {
    return std::string(reinterpret_cast<const char*>(message.bytes.data()), message.bytes.size());
}

std::error_code send_text(RawHandle channel, std::string_view text, std::vector<Attachment> attachments) {
    return channel_send(channel, std::as_bytes(std::span(text.data(), text.size())), attachments, Patience());
}

std::string tag_text(ProcessTag tag) {
    return std::to_string(tag.id) + " " + std::to_string(tag.start);
}

SharedWord& word_of(const Mapping& mapping, std::size_t index) {
    return reinterpret_cast<SharedWord*>(mapping.data())[index];
}

bool sleep_until(Mapping& mapping, const SharedWord& word, std::uint32_t value) {
    const auto end = std::chrono::steady_clock::now() + support::limit;
    for (;;) {
        const std::uint32_t seen = word.load();
        const auto left = end - std::chrono::steady_clock::now();
        if (seen == value || left <= std::chrono::seconds(0)) {
            return seen == value;
        }
        mapping.sleep(word, seen, left);
    }
}

std::string receive_text(RawHandle channel) {
    Message message;
    const Patience patience{std::chrono::steady_clock::now() + support::limit, no_handle};
    const auto error = channel_receive(channel, message, patience);
    return error ? "<" + error.message() + ">" : text_of(message);
}

void obey(ChildStart start) {
    const std::string order = text_of(start.record);
    const std::string verb = order.substr(0, order.find(' '));
    const std::string rest = verb.size() == order.size() ? std::string() : order.substr(verb.size() + 1);
    const RawHandle control = start.control.get();
    const RawHandle attached = start.record.handles.empty() ? no_handle : start.record.handles.front().get();
    int code = 0;
    if (verb == "exit") {
        code = std::stoi(rest);
    } else if (verb == "report") {
        report(control, rest);
    } else if (verb == "hold") {
        send_text(control, "ready");
        wait_for_end(control);
    } else if (verb == "answer") {
        answer(control, attached);
    } else if (verb == "tag") {
        send_text(control, tag_text(process_tag()));
        wait_for_end(control);
    } else if (verb == "survive") {
        send_text(control, "ready");
        wait_for_end(control);
        send_text(attached, "alive");
    } else if (verb == "echo") {
        echo(control);
    } else if (verb == "copy") {
        copy_streams();
    } else if (verb == "write") {
        const std::string_view text = "attached";
        write_all(attached, std::as_bytes(std::span(text.data(), text.size())));
    } else if (verb == "parent") {
        send_text(control, "ready");
        const WaitItem item{start.parent_alive.get(), WaitKind::sentinel};
        static_cast<void>(wait_any({&item, 1}, Patience()));
        send_text(attached, "parent ended");
    } else if (verb == "start") {
        start_another(rest, start.record.handles, control);
    } else if (verb == "abort") {
        std::abort();
    } else {
        code = 99;
    }
    exit_now(code);
}

void obey_after_fork(ChildStart start, void*) {
    obey(std::move(start));
}

LaunchPlan plan_for(const Launcher& launcher, std::string_view order) {
    LaunchPlan plan;
    plan.record = std::as_bytes(std::span(order.data(), order.size()));
    plan.arguments = {"seam_child"};
    if (launcher.method() == spork::StartMethod::fork) {
        plan.run_in_fork = obey_after_fork;
    } else {
        const auto program = executable_path();
        plan.executable = program->parent_path() / ("seam_child" + program->extension().string());
    }
    return plan;
}

void keep_arguments(int argc, char** argv) {
    own_arguments() = command_line(argc, argv);
    // claim_child has taken spork's word out of argv, but not out of what the system keeps.
    std::erase_if(own_arguments(), [](const std::string& word) { return word.starts_with("--spork-child="); });
}

}  // namespace seam
