"""CPython's multiprocessing as a peer: peers_cpython.py JOB WAY TIMES prints the seconds of each repetition.

start fork|forkserver|spawn    starts and joins a child that does nothing
pipe SIZE                      a round trip of SIZE bytes over a Pipe to a forked child
queue SIZExMESSAGES            a message of SIZE bytes from a forked child through a Queue, of so many
"""

import multiprocessing
import sys
import time


def nothing():
    pass


def echo(connection):
    try:
        while True:
            connection.send_bytes(connection.recv_bytes())
    except EOFError:
        pass


def start_and_join(context):
    process = context.Process(target=nothing)
    process.start()
    process.join()
    if process.exitcode != 0:
        sys.exit("a child failed")


def put_all(queue, begin, size, messages):
    begin.wait()
    for number in range(messages):
        queue.put(number.to_bytes(8, "little").ljust(size, b"x"))


def message_through_queue(context, size, messages):
    queue = context.Queue()
    begin = context.Barrier(2)
    process = context.Process(target=put_all, args=(queue, begin, size, messages), daemon=True)
    process.start()
    begin.wait()
    start = time.perf_counter()
    for number in range(messages):
        message = queue.get()
        if len(message) != size or int.from_bytes(message[:8], "little") != number:
            sys.exit("the queue lost or changed a message")
    seconds = time.perf_counter() - start
    process.join()
    return seconds / messages


def measure(times, work):
    for _ in range(times):
        begin = time.perf_counter()
        work()
        print(time.perf_counter() - begin)


def main():
    job, way, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if job == "start":
        context = multiprocessing.get_context(way)
        start_and_join(context)  # starts the fork server
        measure(times, lambda: start_and_join(context))
        return
    context = multiprocessing.get_context("fork")
    if job == "queue":
        size, messages = map(int, way.split("x"))
        for _ in range(times):
            print(message_through_queue(context, size, messages))
        return
    here, there = context.Pipe()
    process = context.Process(target=echo, args=(there,), daemon=True)
    process.start()
    message = bytes(int(way))

    def round_trip():
        here.send_bytes(message)
        if here.recv_bytes() != message:
            sys.exit("the echo differs")

    measure(times, round_trip)


if __name__ == "__main__":
    main()
