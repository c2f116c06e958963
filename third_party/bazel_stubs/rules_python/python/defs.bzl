"""Bazel's native Python rules: its own packages load them, and nothing here uses them."""

py_binary = native.py_binary
py_library = native.py_library
py_test = native.py_test
