"""The networks that golden values are made with, for the scripts beside this file: those in a folder of public data, or small ones in the folder `made`."""

import json
import sys
from pathlib import Path

from networks import ABCROWN, NONE, BnFreeResNet, Fanghenshao, ResNet
from safetensors.torch import load_file

HERE = Path(__file__).parent


def folder():
    """The folder with `weights` and `datasets` that the command line names."""
    return Path(sys.argv[1])


def is_made(data):
    return data.resolve() == HERE / "made"


def network(data):
    """In f64: fanghenshao's adversarially trained ResNet-20, or a small one in the same naming."""
    if is_made(data):
        return opened(data, "resnet14-after", ResNet(Fanghenshao, "after", 14, 4, NONE))
    return opened(data, "cifar10-resnet20-pgdat-fanghenshao", ResNet(Fanghenshao, "after", 20, 16, NONE))


def network_without_norms(data):
    """In f64: alpha-beta-CROWN's ResNet-4b, or a smaller one."""
    if is_made(data):
        return opened(data, "bn-free-resnet", BnFreeResNet(4, 8, 10, ABCROWN))
    return opened(data, "cifar10-resnet4b-adv2-abcrown", BnFreeResNet(16, 32, 100, ABCROWN))


def opened(data, name, net):
    net.load_state_dict(load_file(data / "weights" / name / "model.safetensors"))
    return net.double().eval()


def write(data, script, golden):
    """The values as JSON beside the script, or in the folder `made` where they are made with what is there."""
    place = HERE / "made" if is_made(data) else HERE
    text = json.dumps(rounded(golden), separators=(",", ":"))
    (place / Path(script).with_suffix(".json").name).write_text(text + "\n")


def rounded(value):
    """Fourteen digits are more than any comparison asks for."""
    if isinstance(value, float):
        return float(f"{value:.14g}")
    if isinstance(value, list):
        return [rounded(part) for part in value]
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return value
