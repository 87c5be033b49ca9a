"""Starts the emulator without two waits that are its own and not AWS's: Nagle's algorithm (it writes
headers and body apart, and each call would wait about 45 ms for the other side's delayed
acknowledgement), and 50 ms after each call for a log line that may not come.

It tells SAM's transform the values of the parameters, as AWS does."""

import runpy
import socketserver

import emulator_iam
from ministack.core import lambda_runtime
from ministack.services.cloudformation import changesets, engine, handlers
from samtranslator.translator import transform as sam

socketserver.StreamRequestHandler.disable_nagle_algorithm = True
for worker in vars(lambda_runtime).values():
    drain = vars(worker).get("_drain_stderr_bounded") if isinstance(worker, type) else None
    if drain is not None:
        drain.__defaults__ = (0.001, *drain.__defaults__[1:])

transform, apply_transforms = sam.transform, engine._apply_transforms


def with_parameters(template, provided_params=None, previous_params=None):
    values = engine._transform_parameters(template, provided_params, previous_params)
    sam.transform = lambda expanded, _, policies: transform(expanded, values, policies)
    return apply_transforms(template, provided_params, previous_params)


changesets._apply_transforms = handlers._apply_transforms = with_parameters
emulator_iam.install()
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
