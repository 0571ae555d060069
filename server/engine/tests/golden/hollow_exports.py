"""Makes the folder `exported` from what `exported.py` wrote: each .pt2 without its weights, which the test fills in by the formula of `twins.py`.

    env/bin/python hollow_exports.py FOLDER exported

Of each network the file for any number of images is kept, of some the decomposed one too; NETWORK.json is copied.
`order.json` in a hollow file has of each weight: its file, its name, its shape and its j, the place in PyTorch's state_dict().
"""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import timm
import torchvision

import twin_networks
from exported import NETWORKS

VARIANTS = {"resnet18": ["dynamic", "fixed", "decomposed"], "convnext_tiny": ["dynamic", "decomposed"], "swin_t": ["dynamic", "decomposed"], "timm-deit": ["dynamic", "decomposed"], "timm-vit": ["dynamic", "fixed", "decomposed"]}
# torch.export's number for float32.
FLOAT = 7
CONFIG = "data/weights/model_weights_config.json"


def untraced(text):
    """The same model without the lines of Python that made each node, which name folders of the machine."""
    model = json.loads(text)
    for node in model["graph_module"]["graph"]["nodes"]:
        node["metadata"].pop("stack_trace", None)
    return json.dumps(model)


def hollow(source, target, names):
    with zipfile.ZipFile(source) as file, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        root = file.namelist()[0].split("/")[0]
        config = json.loads(file.read(f"{root}/{CONFIG}"))["config"]
        # Whole numbers, such as places in tables, stay.
        config = {name: entry for name, entry in config.items() if entry["tensor_meta"]["dtype"] == FLOAT}
        weights = {f"{root}/data/weights/{entry['path_name']}" for entry in config.values()}
        order = [
            [f"{root}/data/weights/{entry['path_name']}", name, [size["as_int"] for size in entry["tensor_meta"]["sizes"]], names.index(name)]
            for name, entry in config.items()
        ]
        for entry in file.infolist():
            if entry.filename not in weights and "sample_inputs" not in entry.filename:
                content = file.read(entry)
                if "/models/" in entry.filename:
                    content = untraced(content)
                # A fixed date, so that the same files are made again.
                made.writestr(zipfile.ZipInfo(entry.filename), content, zipfile.ZIP_DEFLATED)
        made.writestr(zipfile.ZipInfo("order.json"), json.dumps(order), zipfile.ZIP_DEFLATED)


def main():
    source, target = map(Path, sys.argv[1:])
    target.mkdir(exist_ok=True)
    for golden in sorted(source.glob("*.json")):
        if golden.stem.endswith("-shapes"):
            continue
        scope = {"timm": timm, "torchvision": torchvision, "twin_networks": twin_networks}
        names = list(eval(NETWORKS[golden.stem][0], scope).state_dict())
        shutil.copy(golden, target / golden.name)
        for variant in VARIANTS.get(golden.stem, ["dynamic"]):
            hollow(source / f"{golden.stem}-{variant}.pt2", target / f"{golden.stem}-{variant}.pt2", names)


main()
