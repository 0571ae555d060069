"""Valleyscope's side: its program, with a data directory of its own."""

import json
import os
import subprocess
from pathlib import Path

BATCH = 50


class Valleyscope:
    def __init__(self, program, data, network, normalisation, place):
        self.program, self.place, self.network = str(program), Path(place), network
        self.environment = {**os.environ, "VALLEYSCOPE_DATA": str(place)}
        self.call("data", "add", "cifar10-test", data / "datasets/cifar10/test_batch.first1017.bin")
        weights = data / "weights" / network / "model.safetensors"
        self.call("models", "add", weights, "--name", network, "--arch", "bn_free_resnet", "--normalisation", normalisation)

    def call(self, *arguments):
        subprocess.run([self.program, *map(str, arguments)], env=self.environment, check=True, capture_output=True)

    def run(self, attack, count, seeds):
        """The endings of every image, seed by seed."""
        spec, out = self.place / "spec.json", self.place / "result.json"
        data = {"set": "cifar10-test", "first": 0, "count": count}
        run = {"model": self.network, "data": data, "attack": attack, "batch_size": BATCH, "keep_examples": 0, "seed": list(seeds)}
        spec.write_text(json.dumps(run))
        self.call("run", spec, "--out", out)
        result = json.loads(out.read_text())
        return [one["endings"] for one in (result.get("passes") or [result])]


def succeeds(ending, where):
    """Whether the attack succeeded at its last point, or at any of its steps."""
    if where == "last":
        return ending["last_success"]
    # The clean point is no step.
    return ending["first_success"] is not None or ending["best_success"]
