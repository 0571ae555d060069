"""Makes torchattacks_traces.json: the iterates' losses and predictions of torchattacks 3.5.1, image by image.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 torchattacks==3.5.1 scipy==1.17.1 safetensors==0.8.0
    env/bin/python torchattacks_traces.py ../../../../../shared/data
    env/bin/python torchattacks_traces.py made

The network is the adversarially trained ResNet-20 of fanghenshao in f64, the images are the first 32 of CIFAR-10's test set.
torchattacks hands out its last iterate only, so the iterate after k steps is what it returns when asked for k steps;
PI-FGSM++, whose step depends on their number, is listened to at the network's input instead.
"""

import torch
import torchattacks
from head import images
from subject import folder, network, write
from torch.nn import functional as F

COUNT, STEPS = 32, 10
EPSILON, STEP_SIZE = 8 / 255, 2 / 255


class Network(torch.nn.Module):
    """The network with a record of its inputs. torchattacks looks for parameters to learn the device."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.inputs = []

    def forward(self, x):
        self.inputs.append(x.detach().clone())
        return self.inner(x)


def by_length(make):
    """Iterates of an attack whose first k steps do not depend on how many follow."""
    return lambda model, x, y: [x] + [make(model, steps)(x, y) for steps in range(1, STEPS + 1)]


def pi_fgsm_pp(model, x, y):
    attack = torchattacks.PIFGSMPP(model, max_epsilon=16 / 255, num_iter_set=STEPS)
    gaussian, project = attack.gaussian_kern, attack.project_kern
    # Its kernels are made in f32, which an f64 network does not take.
    attack.gaussian_kern = lambda *a: gaussian(*a).double()
    attack.project_kern = lambda *a: (project(*a)[0].double(), project(*a)[1])
    model.inputs.clear()
    last = attack(x, y)
    return [*model.inputs[-STEPS:], last]


def common(kind, **more):
    return by_length(lambda model, steps: kind(model, eps=EPSILON, alpha=STEP_SIZE, steps=steps, **more))


def vni(model, steps):
    torch.manual_seed(1)
    return torchattacks.VNIFGSM(model, eps=EPSILON, alpha=STEP_SIZE, steps=steps, decay=1.0, N=5, beta=1.5)


def jitter(model, steps):
    return torchattacks.Jitter(model, eps=EPSILON, alpha=STEP_SIZE, steps=steps, scale=10, std=0.0, random_start=False)


def in_double(make):
    """Its one-hot vectors are f32, which the loss of an f64 network does not take."""

    def iterates(model, x, y):
        to_float, torch.Tensor.float = torch.Tensor.float, torch.Tensor.double
        try:
            return by_length(make)(model, x, y)
        finally:
            torch.Tensor.float = to_float

    return iterates


ATTACKS = {
    "pgd": common(torchattacks.PGD, random_start=False),
    "mi_fgsm": common(torchattacks.MIFGSM, decay=1.0),
    "ni_fgsm": common(torchattacks.NIFGSM, decay=1.0),
    "vni_fgsm": by_length(vni),
    "jitter": in_double(jitter),
    "pi_fgsm_pp": pi_fgsm_pp,
}


def main():
    data = folder()
    # Else torchattacks would leave it in training mode.
    model = Network(network(data)).eval()
    x, y = images(data, COUNT)
    golden = {"torch": torch.__version__, "torchattacks": "3.5.1", "count": len(x), "steps": STEPS, "attacks": {}}
    for name, trace in ATTACKS.items():
        points = trace(model, x, y)
        with torch.no_grad():
            logits = [model(point) for point in points]
        golden["attacks"][name] = {
            "loss": [F.cross_entropy(z, y, reduction="none").tolist() for z in logits],
            "pred": [z.argmax(1).tolist() for z in logits],
        }
        right = [(z.argmax(1) == y).sum().item() for z in logits]
        print(name, right)
    write(data, __file__, golden)


main()
