# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the tests find what they need in the tree."""

import pathlib

TESTS = pathlib.Path(__file__).resolve().parents[1]
SOURCE = TESTS.parent
SCENARIOS = TESTS / "scenarios"
POLICY = SCENARIOS / "policy.ini"
SAMPLES = SOURCE / "samples"
DEMO = SAMPLES / "scenarios" / "demo.scenario"
SCHEMA = SOURCE / "analyzer" / "report.schema.json"
