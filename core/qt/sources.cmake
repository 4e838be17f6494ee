set(SPORK_QT_SOURCES
    core/qt/src/qt_logging.cpp
    core/qt/src/qt_transfer.cpp)
