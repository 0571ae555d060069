"""Makes the files beside it: shapes that onnxruntime reports, and small networks as PyTorch exports them, with their shapes.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 onnx==1.23.2 onnxruntime==1.32.0
    env/bin/python made.py FOLDER

FOLDER holds the public ONNX files. Of each, `onnx.json` has the shape of every value that a node gives, for one image.
The networks are `Residual`, of convolutions, batch norms and everything that is done in place, and torchvision's VisionTransformer, each exported for any number of images, for one, and decomposed.
`exported.json` has the shape of every value of those for one image. Their weights are zeros, so that the files pack well; what made them in which file is struck out.
"""

import json
import sys
import zipfile
from pathlib import Path

import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models import VisionTransformer

HERE = Path(__file__).parent


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, groups=4)
        self.bn2 = nn.BatchNorm2d(8)
        self.gate = nn.Conv2d(8, 8, 1)
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(16, 5)

    def forward(self, x):
        x = (x - 0.5) / 0.25
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(x))
        y += x
        y = F.hardtanh_(y, 0.0, 6.0)
        y = y * torch.sigmoid(self.gate(F.adaptive_avg_pool2d(y, 1)))
        a, b = F.silu(y, inplace=True).chunk(2, dim=1)
        y = torch.cat([F.max_pool2d(a, 3, 2, 1), F.avg_pool2d(b, 3, 2, 1)], 1)
        y = F.pad(y, (1, 0, 0, 1))[:, :, ::2].roll((1, 1), (2, 3))
        y = torch.cat([y.mean((2, 3)), y.amax((2, 3))], 1)
        return self.fc(self.drop(y))


NETWORKS = {
    "residual": Residual(),
    "transformer": VisionTransformer(image_size=16, patch_size=8, num_layers=1, num_heads=2, hidden_dim=8, mlp_dim=16, num_classes=5),
}


def onnx_shapes(path):
    model = onnx.load(path)
    given = [name for node in model.graph.node for name in node.output]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in given)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    image, = session.get_inputs()
    x = torch.rand([1, *image.shape[1:]]).numpy()
    values = dict(zip(given, session.run(given, {image.name: x})))
    return {node.name or node.output[0]: list(values[node.output[0]].shape) for node in model.graph.node}


def strip(path):
    """The same archive, packed, without what tells of the machine that made it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            if "sample_inputs" in name:
                continue
            is_model = "/models/" in name
            if is_model:
                model = json.loads(content)
                for node in model["graph_module"]["graph"]["nodes"]:
                    node["metadata"].pop("stack_trace", None)
                content = json.dumps(model).encode()
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, content, zipfile.ZIP_DEFLATED if is_model else zipfile.ZIP_STORED)


def shapes(exported):
    """By the module's path for the first node of each module, by path and node for the others."""
    found, paths = {}, set()
    for node in exported.graph.nodes:
        if node.op != "call_function":
            continue
        stack = list(node.meta.get("nn_module_stack", {}).values())
        path = stack[-1][0] if stack else ""
        name = f"{path}.{node.name}" if path in paths else path or node.name
        paths |= {path} - {""}
        value = node.meta.get("val")
        if isinstance(value, torch.Tensor):
            found[name] = list(value.shape)
    return found


def main():
    made = {path.name: onnx_shapes(path) for path in sorted(Path(sys.argv[1]).glob("*.onnx"))}
    write("onnx.json", made)
    batch = torch.export.Dim("batch", min=1, max=1024)
    made = {}
    for name, net in NETWORKS.items():
        net = net.eval().requires_grad_(False)
        for tensor in net.state_dict().values():
            tensor.zero_()
        side = 16
        dynamic = torch.export.export(net, (torch.rand(2, 3, side, side),), dynamic_shapes=({0: batch},))
        fixed = torch.export.export(net, (torch.rand(1, 3, side, side),))
        kinds = {"dynamic": dynamic, "fixed": fixed, "decomposed": dynamic.run_decompositions()}
        for kind, exported in kinds.items():
            path = HERE / f"{name}-{kind}.pt2"
            torch.export.save(exported, path)
            strip(path)
        made[name] = shapes(fixed)
    write("exported.json", made)


def write(name, made):
    lines = [f"{json.dumps(key)}:{json.dumps(of, separators=(',', ':'))}" for key, of in made.items()]
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
