"""Public instances by name, so that anyone can check the engine against known figures.

Depends on `instance.py`. `ferreira-*`: one product, four prices, Bernoulli demand, inventory of
alpha units a period (Ferreira, Simchi-Levi and Wang, "Online network revenue management using
Thompson sampling", Operations Research 66(6), 2018, section 3.1.1).
`two-arms-two-resources`: every fixed choice earns half of what the mix earns (Badanidiyuru,
Kleinberg and Slivkins, "Bandits with knapsacks", 2013).
"""

from collections.abc import Mapping

from gitledger.routing.instance import Arm, Instance, Outcome, Resource

PRICES = (29.9, 34.9, 39.9, 44.9)
DEMAND = (0.8, 0.6, 0.3, 0.1)


def ferreira(alpha: float, horizon: int = 1000) -> Instance:
    """One product at four prices with `alpha` units of inventory for each period."""
    arms = tuple(
        Arm(
            f"price-{price}",
            (Outcome(demand, price, (("inventory", 1.0),)), Outcome(1 - demand, 0.0)),
        )
        for price, demand in zip(PRICES, DEMAND, strict=True)
    )
    stock = Resource("inventory", alpha, basis="per-round", unit="units")
    return Instance(f"ferreira-{alpha}", arms, (stock,), horizon, "Four prices, one inventory")


def two_arms(horizon: int = 1000) -> Instance:
    """Two arms of reward 1, each with a resource of its own for half of the rounds."""
    names = ("a", "b")
    return Instance(
        "two-arms-two-resources",
        tuple(Arm(n, (Outcome(1.0, 1.0, ((f"only-{n}", 1.0),)),)) for n in names),
        tuple(Resource(f"only-{n}", 0.5, basis="per-round", arm=n) for n in names),
        horizon,
        "Each arm lasts for half of the rounds",
    )


NAMED: Mapping[str, Instance] = {
    instance.name: instance for instance in (ferreira(0.25), ferreira(0.5), two_arms())
}
