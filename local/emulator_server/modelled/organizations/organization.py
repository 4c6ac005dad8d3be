"""The one organization with its administration and its service-managed stack sets."""

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.organizations.access import OrganizationAccess
from local.emulator_server.modelled.organizations.administration import Administration
from local.emulator_server.modelled.organizations.provisioning import PolicyProvisioning
from local.emulator_server.stack_sets.provisioning import StackSetProvisioning
from local.emulator_server.stack_sets.reading import StackSetReading
from local.emulator_server.stack_sets.registry import StackSets


class EmulatedOrganization:
    def __init__(self) -> None:
        self.stack_sets = StackSets()
        self.administration = Administration(self.stack_sets.account_changed)

    def install(self) -> None:
        tree.install()
        OrganizationAccess(self.administration, self.stack_sets.account_changed).install()
        PolicyProvisioning(self.administration).install()
        provisioning = StackSetProvisioning(self.stack_sets, self.administration)
        provisioning.install()
        StackSetReading(self.stack_sets, provisioning).install()
        self.stack_sets.install()
