from local.organization import HUB, MANAGEMENT, Organization


def test_accounts_are_in_their_units(organization: Organization) -> None:
    client = organization.session().client("organizations")
    found = {
        name: {each["Name"] for each in client.list_accounts_for_parent(ParentId=unit)["Accounts"]}
        for name, unit in organization.organizational_units.items()
    }
    assert found == {"Development": {"alpha-dev", "beta-dev"}, "Production": {"shop-prod"}}


def test_account_tags_are_set(organization: Organization) -> None:
    tags = (
        organization.session()
        .client("organizations")
        .list_tags_for_resource(ResourceId=organization.accounts["alpha-dev"])["Tags"]
    )
    assert tags == [{"Key": "steward:mode", "Value": "observe"}]


def test_a_session_is_in_the_account_it_names(organization: Organization) -> None:
    for name, number in organization.accounts.items():
        identity = organization.session(name).client("sts").get_caller_identity()
        assert identity["Account"] == number
        assert organization.name_of(number) == name


def test_the_hub_is_a_member_that_sees_the_organization(organization: Organization) -> None:
    described = organization.session().client("organizations").describe_organization()
    assert described["Organization"]["MasterAccountId"] == organization.accounts[MANAGEMENT]
    assert organization.accounts[HUB] != organization.accounts[MANAGEMENT]
    assert described["Organization"]["Id"] == organization.organization_id


def test_a_session_keeps_its_clients(organization: Organization) -> None:
    session = organization.session("beta-dev")
    assert session.client("sqs") is session.client("sqs")
    assert session is organization.session("beta-dev")
