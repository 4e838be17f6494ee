"""CPython's multiprocessing as a peer: peers_cpython.py JOB WAY TIMES prints the seconds of each repetition.

start fork|forkserver|spawn    starts and joins a child that does nothing
pipe SIZE                      a round trip of SIZE bytes over a Pipe to a forked child
pool apply_async|map           a call of a Pool with a worker for each processor, of many
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


def square(number):
    return number * number


def call_of_pool(pool, way):
    """The seconds of one call."""
    begin = time.perf_counter()
    if way == "map":
        count = 1_000_000
        results = pool.map(square, range(count))
    else:
        count = 5_000
        results = [result.get() for result in [pool.apply_async(square, (i,)) for i in range(count)]]
    duration = time.perf_counter() - begin
    if results != [i * i for i in range(count)]:
        sys.exit("the pool lost or changed a result")
    return duration / count


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
    if job == "pool":
        with context.Pool() as pool:
            for _ in range(times):
                print(call_of_pool(pool, way))
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
