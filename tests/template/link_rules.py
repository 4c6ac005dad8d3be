"""What keeps the public page and the mails' events in bounds. A rule returns what breaks it."""

from datetime import timedelta

from steward.domain.policy import Policy
from tests.template.documents import Document, resources

_FUNCTION = "LeaseExtensionFunction"
_BOTH = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


def the_page_is_rate_limited(template: Document) -> list[str]:
    function = template["Resources"][_FUNCTION]["Properties"]
    reserved = function.get("ReservedConcurrentExecutions")
    return [] if reserved else [f"{_FUNCTION}: a flood of requests takes the account's concurrency"]


def the_page_answers_strangers_only_by_its_url(template: Document) -> list[str]:
    """A permission for everybody must hold for function URLs alone, or anyone could invoke."""
    public = [
        permission
        for permission in resources(template, "AWS::Lambda::Permission").values()
        if permission["Principal"] == "*"
    ]
    confined = {
        permission["Action"]
        for permission in public
        if permission.get("FunctionUrlAuthType") == "NONE"
        or permission.get("InvokedViaFunctionUrl") is True
    }
    open_to_all = len(public) - len(confined)
    missing = [f"{action}: the function URL is refused" for action in sorted(_BOTH - confined)]
    return missing + (["anybody may invoke a function without its URL"] if open_to_all else [])


def only_the_alias_is_public(template: Document) -> list[str]:
    url = template["Resources"]["LeaseExtensionUrl"]["Properties"]
    return [] if url.get("Qualifier") == "live" else ["the page serves whatever was deployed last"]


def only_our_mails_are_heard(template: Document) -> list[str]:
    events = template["Resources"]["NoticeDeliveryFunction"]["Properties"]["Events"]
    pattern = events["MailEvents"]["Properties"]["Pattern"]
    tags = pattern.get("detail", {}).get("mail", {}).get("tags", {})
    name = resources(template, "AWS::SES::ConfigurationSet")["DigestConfigurationSet"]["Name"]
    return [] if tags.get("ses:configuration-set") == [name] else ["other mails' events are heard"]


def a_mail_bounces_before_it_counts(template: Document) -> list[str]:
    """The policy's wait for a bounce has to be as long as SES may go on trying."""
    options = resources(template, "AWS::SES::ConfigurationSet")["DigestConfigurationSet"]
    longest = options.get("DeliveryOptions", {}).get("MaxDeliverySeconds", 0)
    waits = Policy.model_fields["delivery_wait"].default
    return [] if timedelta(seconds=longest) == waits else ["a notice counts before it may bounce"]


def bounces_are_heard(template: Document) -> list[str]:
    destination = resources(template, "AWS::SES::ConfigurationSetEventDestination")
    events = destination["DigestMailEvents"]["EventDestination"]
    missing = {"BOUNCE", "COMPLAINT", "REJECT"} - set(events["MatchingEventTypes"])
    if not events.get("Enabled"):
        return ["no event of a mail is published"]
    return [f"{kind}: such mails count as read" for kind in sorted(missing)]
