"""Starts the emulator without two waits that are its own and not AWS's: Nagle's algorithm (it writes
headers and body apart, and each call would wait about 45 ms for the other side's delayed
acknowledgement), and 50 ms after each call for a log line that may not come."""

import runpy
import socketserver

import emulator_iam
from ministack.core import lambda_runtime

socketserver.StreamRequestHandler.disable_nagle_algorithm = True
for worker in vars(lambda_runtime).values():
    drain = vars(worker).get("_drain_stderr_bounded") if isinstance(worker, type) else None
    if drain is not None:
        drain.__defaults__ = (0.001, *drain.__defaults__[1:])
emulator_iam.install()
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
