"""What the made-up members want to achieve, and the association's offers and coverage segments."""

from __future__ import annotations

from dataclasses import dataclass

SHARES = {"Functional": 0.10, "Operational": 0.20, "Opportune": 0.30, "Strategic": 0.40}
"""The definition's weight of each milestone type, where no milestone has one of its own."""


@dataclass(frozen=True)
class Step:
    """A milestone, due when the share `at` of the time frame has passed; `metric` is a name, baseline and target."""

    name: str
    type: str
    at: float
    offer: str | None = None
    ask: str | None = None
    level: int | None = None
    metric: tuple[str, float, float] | None = None


@dataclass(frozen=True)
class Action:
    """What `party` does `before` days ahead of the step at that place, and what inaction costs."""

    name: str
    party: str
    step: int
    before: int
    consequence: str


@dataclass(frozen=True)
class Destination:
    """A kind of goal with its way there; `days` is the usual time frame."""

    name: str
    objective: str
    baseline: str
    days: int
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]
    experience: tuple[str, ...]
    actions: tuple[Action, ...]

    def weights(self) -> list[float]:
        """Return the weight of each step by the definition; all four types occur."""
        types = [step.type for step in self.steps]
        return [SHARES[kind] / types.count(kind) for kind in types]


ALONE, INSIDE, TOGETHER, US = "Member, on their own", "Member, in our offering", "Together", "Us, behind the scenes"

OFFERS = (
    ("Training seats", "Seats", 1800.0),
    ("Benchmarking subscription", "Upsell", 2400.0),
    ("Adjacent site membership", "Adjacent department", 3600.0),
    ("Tender alert service", "Cross-sell", 1200.0),
    ("Apprentice programme place", "Cross-sell", 1500.0),
    ("Audit coaching", "Accelerator", 2900.0),
)
SEGMENTS = (
    ("On their terms", "Inbound", 0.5, "Answer from the pool within a working day; send the guide, not a meeting."),
    ("In their own time", "Asynchronous", 1.0, "Comment on their draft, record a short video, ask one question."),
    ("In conversation", "Synchronous", 3.0, "Meet before each milestone; in between, one message a month."),
    ("Task force", "Task Force", 6.0, "Two of us and their lead, weekly, until the member is back on course."),
)
DESTINATIONS = (
    Destination(
        "Win larger customers",
        "Win the first customer that only buys from certified companies.",
        "Not certified; left out of larger tenders.",
        360,
        (
            Step("Self-assessment handed in", "Functional", 0.10),
            Step("Two internal auditors trained", "Functional", 0.24, offer="Training seats"),
            Step("Quality handbook in use", "Operational", 0.40, ask="A rating of the course", level=1),
            Step("Certification audit passed", "Operational", 0.58, offer="Audit coaching"),
            Step("First invitation to a larger tender", "Opportune", 0.78, offer="Tender alert service"),
            Step("First certified contract won", "Strategic", 0.97, ask="A case study", level=2),
        ),
        ("The contract earns the usual margin",),
        ("One named person answers within two days", "Work fits around the busy season"),
        (
            Action("Name the person who leads the work", ALONE, 0, 10, "Nobody drives it, and a quarter is lost."),
            Action("Book the auditor course", INSIDE, 1, 14, "The course fills up."),
            Action("Send the audit pack", US, 3, 20, "The audit can't be prepared in time."),
            Action("Review the first tender", TOGETHER, 4, 12, "Points are lost that a second look would find."),
        ),
    ),
    Destination(
        "Find and keep apprentices",
        "Fill three apprenticeships and keep all three beyond the first year.",
        "Two places empty; the last apprentice left after four months.",
        400,
        (
            Step("Vacancy in the apprentice exchange", "Functional", 0.08),
            Step("Trainer's course finished", "Functional", 0.22, offer="Training seats"),
            Step("Training plan on the wall", "Operational", 0.36, ask="A photo for the members' page", level=1),
            Step("First apprentice signed", "Opportune", 0.52, offer="Apprentice programme place"),
            Step("Half-year review passed", "Operational", 0.74),
            Step("Three apprentices kept", "Strategic", 0.96, metric=("Apprentices", 0, 3), ask="A talk", level=2),
        ),
        ("The foremen want to go on training",),
        ("Advice comes in writing, to read after work", "No meetings before ten"),
        (
            Action("Ask the foremen who would like to train", ALONE, 1, 15, "The trainer is named, not found."),
            Action("Check the training plan", US, 2, 12, "The chamber sends it back."),
            Action("Meet the school's careers adviser", ALONE, 3, 25, "The good applicants go elsewhere."),
            Action("Hold the half-year review", TOGETHER, 4, 7, "Trouble is seen when the notice comes."),
        ),
    ),
    Destination(
        "Cut rework by half",
        "Bring the cost of rework from 8% of turnover to 4%.",
        "Rework costs 8% of turnover and is counted once a year.",
        330,
        (
            Step("Rework counted weekly", "Functional", 0.10),
            Step("Compared with similar members", "Functional", 0.25, offer="Benchmarking subscription"),
            Step("Causes found with the crew", "Operational", 0.42, ask="A rating of the workshop", level=1),
            Step("Two causes removed", "Operational", 0.60, metric=("Causes removed", 0, 2)),
            Step("A month below 5%", "Opportune", 0.78, offer="Adjacent site membership"),
            Step("Rework halved", "Strategic", 0.97, metric=("Rework, % of turnover", 8, 4), ask="A story", level=2),
        ),
        ("Delivery times stay as they are", "Nobody is blamed for what is counted"),
        ("Figures are compared without names",),
        (
            Action("Count rework each Friday", ALONE, 0, 8, "Causes are guessed."),
            Action("Enter the figures", INSIDE, 1, 10, "There is nothing to compare."),
            Action("Prepare the comparison", US, 1, 5, "The member waits for us."),
            Action("Walk through the causes", TOGETHER, 2, 9, "The loudest cause is taken for the largest."),
        ),
    ),
    Destination(
        "Hand the business over",
        "Hand the company to a successor with all customers kept.",
        "The owner is 61; no successor is named.",
        420,
        (
            Step("Handover check filled in", "Functional", 0.08),
            Step("Value of the company estimated", "Functional", 0.22, offer="Benchmarking subscription"),
            Step("Successor named", "Operational", 0.38),
            Step("Duties shared with the successor", "Operational", 0.58, ask="A word at the owners' table", level=1),
            Step("Bank and key customers agree", "Opportune", 0.78, offer="Adjacent site membership"),
            Step("Company handed over", "Strategic", 0.97, ask="An interview", level=2),
        ),
        ("No member of the crew loses the job", "The owner's name stays on the door"),
        ("Everything is treated in confidence", "Talks are face to face"),
        (
            Action("Talk with the family", ALONE, 2, 30, "The choice is made by default."),
            Action("Collect five years of accounts", INSIDE, 1, 15, "The estimate is a guess."),
            Action("Find an adviser who knows the trade", US, 3, 20, "The contract is drawn up too late."),
            Action("Visit the key customers", TOGETHER, 4, 14, "They hear of it from others."),
        ),
    ),
    Destination(
        "Open a second site",
        "Open a second site that carries its own costs within the time frame.",
        "One site at the limit of its capacity.",
        370,
        (
            Step("Market report read", "Functional", 0.09),
            Step("Budget checked with peers", "Functional", 0.23, offer="Benchmarking subscription"),
            Step("Site manager trained", "Operational", 0.40, offer="Training seats", ask="A rating", level=1),
            Step("Permits granted", "Operational", 0.57),
            Step("First local customer", "Opportune", 0.77, offer="Adjacent site membership"),
            Step(
                "Second site carries its costs",
                "Strategic",
                0.96,
                metric=("Cost cover, %", 0, 100),
                ask="A visit",
                level=2,
            ),
        ),
        ("The first site loses no customer",),
        ("One meeting a month, no more", "Papers come a week ahead"),
        (
            Action("Choose three places", ALONE, 0, 7, "The report is read for nothing."),
            Action("Draft the budget", INSIDE, 1, 12, "Peers have nothing to look at."),
            Action("Ask the authorities early", US, 3, 35, "The permit takes a season longer."),
            Action("Plan the opening", TOGETHER, 4, 21, "The site opens to an empty street."),
        ),
    ),
)
TRADES = (
    "Joinery",
    "Bakery",
    "Printing",
    "Metalwork",
    "Painting",
    "Roofing",
    "Optics",
    "Electrics",
    "Gardening",
    "Tiling",
)
