"""Makes minimum_norm.json: C&W, DeepFool, DDN and SPSA of torchattacks 3.5.1 and Foolbox 3.3.4, image by image.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 torchattacks==3.5.1 foolbox==3.3.4 safetensors==0.8.0
    env/bin/python minimum_norm.py ../../../../../shared/data
    env/bin/python minimum_norm.py made

The network is the adversarially trained ResNet-20 of fanghenshao in f64, the images are the first 32 of CIFAR-10's test set.
What a library does not hand out is listened to at the network's input.
"""

import eagerpy
import foolbox
import numpy as np
import torch
import torchattacks
from head import images
from subject import folder, network, write
from torch.nn import functional as F

COUNT, CW_STEPS = 32, 50
SPSA_SEED, SPSA_STEPS, SPSA_SAMPLES = 1, 5, 16


class Network(torch.nn.Module):
    """The network with a record of its inputs and logits. torchattacks looks for parameters to learn the device."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.seen = []
        self.listening = False

    def forward(self, x):
        z = self.inner(x)
        if self.listening:
            self.seen.append((x.detach().clone(), z.detach().clone()))
        return z

    def listen(self, act):
        self.seen, self.listening = [], True
        result = act()
        self.listening = False
        return result, self.seen


class CW(torchattacks.CW):
    """torchattacks' walk with two changes, without which no two implementations could be compared to many digits:
    black and white pixels do not lie at infinity, and the first point is the clean image itself rather than atanh's and tanh's rounding of it.
    Its mask and its early stop are as they are."""

    def forward(self, images, labels):
        self.clean = images.detach()
        return super().forward(images, labels)

    def inverse_tanh_space(self, x):
        return self.atanh((2 * x - 1) * 0.999999)

    def tanh_space(self, w):
        x = super().tanh_space(w)
        if self.clean is not None:
            x = self.clean + (x - x.detach())
            self.clean = None
        return x


def others(z, y):
    return z.scatter(1, y[:, None], -torch.inf).max(1).values


def cw(model, x, y, c):
    # One step more, as the iterate after the last update is seen by none; the early stop looks as often.
    _, seen = model.listen(lambda: CW(model, c=c, kappa=0, steps=CW_STEPS + 1, lr=0.01)(x, y))
    # Where a label's logit or the best other is negative, the one-hot mask reads zero.
    masked = torch.zeros(len(x), dtype=torch.bool)
    for _, z in seen:
        masked |= (z.gather(1, y[:, None])[:, 0] < 0) | (others(z, y) < 0)
    distance = [(point - x).flatten(1).square().sum(1) for point, _ in seen]
    gap = [z.gather(1, y[:, None])[:, 0] - others(z, y) for _, z in seen]
    cost = [d + c * g.clamp(min=0) for d, g in zip(distance, gap)]
    print("cw", c, len(seen), "masked:", masked.sum().item(), "fooled:", (gap[-1] < 0).sum().item())
    return {
        "cost": [row.tolist() for row in cost],
        "loss": [F.cross_entropy(z, y, reduction="none").tolist() for _, z in seen],
        "masked": masked.tolist(),
    }


def lengths(x, points, fooled):
    length = (points - x).flatten(1).norm(dim=1)
    return [value if good else None for value, good in zip(length.tolist(), fooled.tolist())]


def of_foolbox(model, x, y, attack):
    """The lengths of what Foolbox finds."""
    wrapped = foolbox.PyTorchModel(model, bounds=(0, 1))
    tensor = type(eagerpy.astensor(x))
    where = tensor.where
    # A choice between two numbers, such as DDN's factors of the length, is rounded to f32 otherwise.
    tensor.where = lambda which, a, b: where(which, *(eagerpy.astensor(torch.as_tensor(v, dtype=x.dtype).expand(which.shape)) if isinstance(v, float) else v for v in (a, b)))
    points, _, fooled = attack(wrapped, x, y, epsilons=None)
    tensor.where = where
    found = lengths(x, points, fooled)
    print(type(attack).__name__, np.median([value for value in found if value is not None]), sum(map(bool, fooled)))
    return found


def deepfool(model, x, y):
    points = torchattacks.DeepFool(model, steps=50, overshoot=0.02)(x, y)
    z = model(points)
    first, second = z.topk(2).values.T
    # Where black and white pixels take the overshoot away, an image creeps up to the border, and rounding decides its label.
    clear = first - second > 1e-9
    return lengths(x, points.detach(), (z.argmax(1) != y) & clear)


def words(key, count):
    """64-bit words of ChaCha with eight rounds, as rand_chacha makes them from a key of 32 bytes."""
    blocks = -(-count // 8)
    state = np.zeros((16, blocks), dtype=np.uint32)
    state[:4] = np.frombuffer(b"expand 32-byte k", dtype=np.uint32)[:, None]
    state[4:12] = np.frombuffer(key, dtype=np.uint32)[:, None]
    state[12] = np.arange(blocks, dtype=np.uint32)
    x = state.copy()

    def quarter(a, b, c, d):
        for i, j, k, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[i] += x[j]
            x[k] ^= x[i]
            x[k] = (x[k] << np.uint32(turn)) | (x[k] >> np.uint32(32 - turn))

    for _ in range(4):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for column in range(4):
            quarter(column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
    x += state
    return np.ascontiguousarray(x.T).view(np.uint64).ravel()[:count]


def spsa(model, x, y):
    """With the directions that our stream of all examples (index 2^64 - 1, purpose 8) gives."""
    key = SPSA_SEED.to_bytes(8, "little") + b"\xff" * 8 + bytes([8]) + bytes(15)
    values = x[0].numel()
    each = -(-values // 64)
    stream = words(key, each * SPSA_SAMPLES * SPSA_STEPS)
    bits = np.unpackbits(stream.view(np.uint8), bitorder="little").reshape(-1, each * 64)[:, :values]
    bits = iter(torch.from_numpy(bits.astype(np.float64)))

    def replayed(vb):
        for place in range(len(vb)):
            vb[place].copy_(next(bits).view(vb[place].shape))
        return vb

    drawn, torch.Tensor.bernoulli_ = torch.Tensor.bernoulli_, replayed
    attack = torchattacks.SPSA(model, eps=8 / 255, delta=0.01, lr=0.01, nb_iter=SPSA_STEPS, nb_sample=SPSA_SAMPLES)
    attack.max_batch_size = SPSA_SAMPLES
    # The iterate before each step is the middle of the points that are looked at.
    end, seen = model.listen(lambda: attack(x, y))
    torch.Tensor.bernoulli_ = drawn
    middles = []
    for plus, minus in zip(seen[::2], seen[1::2]):
        middles.append(((plus[0] + minus[0]) / 2)[: len(x)])
    points = [*middles, end.detach()]
    z = [model(point) for point in points]
    print("spsa", [(row.argmax(1) == y).sum().item() for row in z])
    return {
        "seed": SPSA_SEED,
        "steps": SPSA_STEPS,
        "samples": SPSA_SAMPLES,
        "loss": [F.cross_entropy(row, y, reduction="none").tolist() for row in z],
        "pred": [row.argmax(1).tolist() for row in z],
    }


def main():
    data = folder()
    model = Network(network(data)).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    x, y = images(data, COUNT)
    attacks = foolbox.attacks
    # Its early stop looks at the whole batch, so it is off.
    search = attacks.L2CarliniWagnerAttack(binary_search_steps=3, steps=50, initial_const=1, abort_early=False)
    with torch.no_grad():
        from_torchattacks_spsa = spsa(model, x, y)
    golden = {
        "torch": torch.__version__,
        "torchattacks": "3.5.1",
        "foolbox": foolbox.__version__,
        "count": len(x),
        "spsa": from_torchattacks_spsa,
        "cw": {"1": cw(model, x, y, 1), "10": cw(model, x, y, 10)},
        "cw_search": of_foolbox(model, x, y, search),
        "deepfool_total": of_foolbox(model, x, y, attacks.L2DeepFoolAttack(steps=50, candidates=10, overshoot=0.02)),
        "deepfool_each_step": deepfool(model, x, y),
        "ddn": of_foolbox(model, x, y, attacks.DDNAttack(steps=100)),
    }
    write(data, __file__, golden)


main()
