"""What every template under org/ that people deploy has to keep."""

from tests.template import access_rules as access
from tests.template import parameter_rules as parameters

EVERY_TEMPLATE = (
    access.no_write_on_everything,
    access.no_whole_services,
    access.known_actions,
    access.statements_say_why,
    access.passes_roles_to_cloudformation_only,
    parameters.defaults_are_allowed,
    parameters.bounded,
    parameters.explained,
    parameters.in_a_console_group,
)
