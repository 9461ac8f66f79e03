from programs.worklist import awaited_by, waiting_for


def labels(items):
    return [item.title.partition(" ")[0] for item in items]


def test_an_operator_finds_what_it_leads_before_what_it_coordinates(cast, daknong):
    items = waiting_for(cast("daknong-viettel"))

    assert labels(items) == ["I.2.", "II.5.", "IV.1."]
    assert "Hàng tháng" in items[1].detail
    assert items[1].url.startswith(f"/programs/{daknong.pk}/?mine=1#task-")


def test_each_item_leads_to_its_row_of_the_plan(cast, client, hue):
    user = cast.log_in(client, "hue-media")
    (item,) = waiting_for(user)
    address, _hash, anchor = item.url.partition("#")

    assert f'id="{anchor}"' in client.get(address).content.decode()


def test_inspectors_and_partners_of_both_provinces_have_duties(cast, plans):
    for username in ("hue-inspector", "hue-finance", "hue-front", "daknong-inspector", "daknong-media"):
        assert waiting_for(cast(username)), username


def test_those_who_have_lists_to_work_on_are_not_given_the_plan_as_well(cast, plans):
    for username in ("hue-dic", "hue-481", "daknong-dolisa", "hue-ppc", "admin"):
        assert waiting_for(cast(username)) == []
    assert awaited_by(cast("hue-dic")) == []


def test_the_work_list_costs_as_much_for_many_tasks_as_for_one(cast, plans, django_assert_num_queries):
    for username in ("daknong-inspector", "daknong-media"):
        user = cast(username)
        assert user.province  # the membership is read once a request, before the work list
        with django_assert_num_queries(2):
            waiting_for(user)
