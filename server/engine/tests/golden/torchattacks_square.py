"""Makes torchattacks_square.json: which images torchattacks 3.5.1's Square leaves right, for six seeds.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 torchattacks==3.5.1 scipy==1.17.1 safetensors==0.8.0
    env/bin/python torchattacks_square.py ../../../../../shared/data
    env/bin/python torchattacks_square.py made

The network is the adversarially trained ResNet-20 of fanghenshao in f64, the images are the first 32 of CIFAR-10's test set.
"""

import torch
import torchattacks
from head import images
from subject import folder, network, write

COUNT, QUERIES, SEEDS = 32, 300, 6
EPSILON = {"Linf": 8 / 255, "L2": 0.5}


def main():
    data = folder()
    model = network(data)
    x, y = images(data, COUNT)
    golden = {"torch": torch.__version__, "torchattacks": "3.5.1", "count": len(x), "queries": QUERIES, "right": {}}
    for norm, epsilon in EPSILON.items():
        per_seed = []
        for seed in range(SEEDS):
            attack = torchattacks.Square(model, norm=norm, eps=epsilon, n_queries=QUERIES, seed=seed)
            with torch.no_grad():
                right = model(attack(x, y)).argmax(1) == y
            per_seed.append(right.nonzero().flatten().tolist())
            print(norm, seed, len(per_seed[-1]), per_seed[-1], flush=True)
        golden["right"][norm.lower()] = per_seed
    write(data, __file__, golden)


main()
