"""Exercises that answer back: for each lesson a module, and ``checking``, which all of them use.

An exercise is written once, in the module of its lesson: its text, its hints, its checker, a
solution, the mistakes that people make, and what a teacher wants to know about it. The
notebooks in ``exercises`` and ``solutions`` are made from that by ``tests/make_exercises.py``.
"""
