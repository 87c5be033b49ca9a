"""Starts the emulator with Nagle's algorithm off: it writes headers and body apart, and each
function call would wait about 45 ms for the other side's delayed acknowledgement."""

import runpy
import socketserver

socketserver.StreamRequestHandler.disable_nagle_algorithm = True
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
