// Identity of the executable and of what it has loaded.

#include "seam_system.hpp"
#include "seam_test.hpp"

#include "platform/image.hpp"

#include <QCoreApplication>

#include <filesystem>

using namespace spork::platform;

namespace {

int a_function() {
    return 1;
}

const void* address_of(int (*function)()) {
    return reinterpret_cast<const void*>(function);
}

std::filesystem::path plugin() {
    return std::filesystem::path(QCoreApplication::applicationDirPath().toStdString()) / SAMPLE_PLUGIN;
}

class TestImage : public support::LeakTest {
    Q_OBJECT

private slots:
    void ownCodeIsInTheExecutable() {
        const auto image = image_at(address_of(a_function));
        QVERIFY(image);
        QVERIFY(image->main);
        QVERIFY(image->id != ImageId());
        const auto* address = static_cast<const std::byte*>(address_of(a_function));
        QVERIFY(address >= image->base && address < image->base + image->size);
        QVERIFY(std::filesystem::equivalent(image->path, *executable_path()));
        QVERIFY(main_image()->id == image->id);
        QVERIFY(main_image()->base == image->base);
    }

    void executableIsTheRunningFile() {
        const auto path = executable_path();
        QVERIFY(path);
        QVERIFY(path->is_absolute());
        QVERIFY(std::filesystem::equivalent(*path, QCoreApplication::applicationFilePath().toStdString()));
    }

    void loadedLibraryHasAnIdentityOfItsOwn() {
        const auto image = image_at(reinterpret_cast<const void*>(&qVersion));
        QVERIFY(image);
        QVERIFY(!image->main || image->id == main_image()->id);  // a static Qt is in the executable
        const auto found = find_image(image->id);
        QVERIFY(found);
        QVERIFY(found->base == image->base);
        QVERIFY(found->path.is_absolute());
    }

    void stackAndNothingAreInNoImage() {
        const int local = 0;
        const auto stack = image_at(&local);
        QVERIFY(!stack);
        QVERIFY(stack.error() == std::errc::bad_address);
        QVERIFY(!image_at(nullptr));
    }

    void unknownIdentityIsNotFound() {
        ImageId id;
        id.fill(std::byte{0x5a});
        const auto found = find_image(id);
        QVERIFY(!found);
        QVERIFY(found.error() == std::errc::no_such_file_or_directory);
    }

    void libraryIsThereOnceLoaded() {
        QCOMPARE(load_image(plugin()), std::error_code());
        QCOMPARE(load_image(plugin()), std::error_code());
        QCOMPARE(seam::call_in_library(plugin().string(), "answer_of_the_plugin"), 42);
    }

    void missingOrBrokenLibraryIsAnError() {
        QVERIFY(load_image(plugin().parent_path() / "missing.so"));
        QVERIFY(load_image(std::filesystem::path(__FILE__)));
    }
};

const support::TestClass<TestImage> registered;

}  // namespace

#include "image.moc"
