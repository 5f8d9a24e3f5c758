"""The op-ed's proposal of December 2022: solve it, then read an equilibrium and its certificate."""

from collections.abc import Mapping
from fractions import Fraction

import deterrence as dt


def in_words(played: Mapping[str, Fraction]) -> str:
    """The actions that are played, with their probabilities."""
    return ", ".join(f"{action} {p}" for action, p in played.items() if p)


proposal = dt.arrangement("oped")
print(proposal)  # its coding as instruments of the game; everything else is at default stakes

game = proposal.game()
print(f"\n{game}")

solution = dt.solve(game)
print(solution.status)
print(f"{len(solution.equilibria):,} equilibria can be looked at; they are made on demand.")

# Several equilibria: what they have in common is the envelope, from least to most.
print("\nOver all equilibria")
for name in ("attack", "probe", "force", "shortfall", "defence-kept", *game.players):
    least, most = solution.most_and_least(name)
    print(f"  {name:<14}{least:8.3f} to {most:.3f}")

# One of them: a certified representative of the first component.
equilibrium = solution[0]

print("\nWhat is played, with what probability")
start = equilibrium.strategy["Ukraine"][()]  # Ukraine moves first and knows nothing
print(f"  Ukraine: {in_words(start)}")
preparation = max(start, key=lambda action: start[action])
for kind in ("revisionist", "security"):
    played = equilibrium.strategy["Russia"][kind, preparation]
    print(f"  Russia ({kind}): {in_words(played)}")
for kind in ("resolved", "irresolute"):
    played = equilibrium.strategy["Guarantor"][kind, preparation, "attack", "covered"]
    print(f"  Guarantor ({kind}), after an attack found covered: {in_words(played)}")

print("\nWhat the Guarantor believes about Russia after that attack")
belief = equilibrium.beliefs["Guarantor"]["resolved", preparation, "attack", "covered"]
for history, probability in belief.items():
    print(f"  {history[0]}: {probability}")

print("\nWhat it comes to")
for player, payoff in equilibrium.payoffs.items():
    print(f"  {player}: {float(payoff):.3f}")
print(f"  probability of an attack: {equilibrium.probability('attack')}")

print(f"\n{equilibrium.certificate}")
print(f"largest gain from any deviation: {equilibrium.certificate.regret}")
