"""CPython's multiprocessing as a peer: peers_cpython.py JOB WAY TIMES prints the seconds of each repetition.

start fork|forkserver|spawn    starts and joins a child that does nothing
pipe SIZE                      a round trip of SIZE bytes over a Pipe to a forked child
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
