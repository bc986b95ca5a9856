from bot.core.fix import fill
from checks.model import Question
from knowledge.model import Step


def commands(command: str, question: Question, subject: str = "") -> tuple[str, ...]:
    return fill([Step("see", (command,))], question, subject)[0].commands


def test_placeholders_take_what_the_question_names() -> None:
    question = Question(namespace="shop", service="cart")

    assert commands("kubectl -n <namespace> get svc <service>", question) == (
        "kubectl -n shop get svc cart",
    )


def test_the_subject_of_the_finding_wins_over_the_question() -> None:
    question = Question(namespace="default", service="cart")

    assert commands("kubectl -n <namespace> get svc <service>", question, "Service shop/pay") == (
        "kubectl -n shop get svc pay",
    )


def test_an_unknown_placeholder_stays_open() -> None:
    assert commands("kubectl describe node <node>", Question()) == ("kubectl describe node <node>",)


def test_nothing_that_a_shell_would_read_is_filled_in() -> None:
    """A command is pasted into a shell: `$(reboot)` in a paste must not get there."""
    question = Question(service="$(reboot)", namespace="a;b", node="-x")

    assert commands("kubectl <service> <namespace> <node>", question) == (
        "kubectl <service> <namespace> <node>",
    )


def test_the_text_of_a_step_is_filled_and_its_danger_kept() -> None:
    step = Step("Restart <service>.", (), danger="drops connections")

    assert fill([step], Question(service="cart"), "") == (
        Step("Restart cart.", (), danger="drops connections"),
    )


def test_a_right_on_a_subresource_is_not_widened_to_the_whole_resource() -> None:
    question = Question(resource="pods", subresource="exec", verb="create")

    assert commands("kubectl create role R --verb=<verb> --resource=<resource>", question) == (
        "kubectl create role R --verb=create --resource=pods/exec",
    )


def test_a_refusal_at_the_cluster_scope_takes_no_namespace_of_the_channel() -> None:
    question = Question(namespace="shop", scope="cluster", resource="podgroups", group="x.io")

    assert commands("kubectl -n <namespace> get <resource>", question) == (
        "kubectl -n <namespace> get podgroups.x.io",
    )
