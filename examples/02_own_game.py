"""A signalling game from scratch: all its sequential equilibria, with families and relations.

A guarantor knows whether it is firm or weak. It deploys troops or stays away; deploying is dearer
for a weak guarantor. A challenger sees the deployment, not the type, and attacks or refrains. If it
attacks, a firm guarantor fights and a weak one yields, so attacking a firm one does not pay.
"""

import deterrence as dt

# (guarantor's payoff, challenger's payoff) if the challenger attacks or refrains
ENDS = {
    "firm": {"attack": (-1, -2), "refrain": (2, 0)},
    "weak": {"attack": (-1, 1), "refrain": (2, 0)},
}
COST_OF_DEPLOYING = {"firm": 1, "weak": 2}
PRIOR = {"firm": "0.3", "weak": "0.7"}  # text or fractions: nothing is rounded


def end(kind: str, signal: str, answer: str) -> dt.Outcome:
    guarantor, challenger = ENDS[kind][answer]
    cost = COST_OF_DEPLOYING[kind] if signal == "deploy" else 0
    events = [event for event in (signal, answer) if event in ("deploy", "attack")]
    return dt.Outcome({"Guarantor": guarantor - cost, "Challenger": challenger}, events)


def answers(kind: str, signal: str) -> dt.Move:
    # `knows` is what the player has seen: the signal alone, so both types lead to one set
    choices = {answer: end(kind, signal, answer) for answer in ("attack", "refrain")}
    return dt.Move("Challenger", (signal,), choices)


def signals(kind: str) -> dt.Move:
    choices = {signal: answers(kind, signal) for signal in ("deploy", "stay away")}
    return dt.Move("Guarantor", (kind,), choices)


root = dt.Chance({kind: (PRIOR[kind], signals(kind)) for kind in ENDS})
game = dt.Game(["Guarantor", "Challenger"], root)
solution = dt.solve(game)

print(solution.status)
for component in solution.components:
    print(f"\nComponent {component.index}, {len(component.families)} families")
    for family in component.families:
        print(f"  a family of dimension {family.dimension}")
        for player, sets in family.supports.items():
            for knows, actions in sets.items():
                shown = (
                    f"{action} {family.fixed.get(('strategy', player, knows, action), '(free)')}"
                    for action in actions
                )
                print(f"    {player} {knows}: {', '.join(shown)}")
        for (kind, player, knows, what), (least, most) in family.free.items():
            print(f"    {kind} of {player} {knows}, {what}: from {least} to {most}")
        for relation in family.relations:
            print(f"    with {relation}")
        print(f"    certificate: {family.representative.certificate}")

# The same check serves a profile from anywhere: here one that is no equilibrium.
claim = {
    "Guarantor": {("firm",): "stay away", ("weak",): "stay away"},
    "Challenger": {("deploy",): "refrain", ("stay away",): "attack"},
}
print(f"\nDoes nobody deploy although it would deter? {dt.certify(game, claim, concept='nash')}")
