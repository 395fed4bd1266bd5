"""Every operation of the API as a method.

Written by `make contracts`; not to be changed by hand.
"""

# ruff: noqa
# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from cando_client.asking import commas, part, tag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from cando_client import shapes as s
    from cando_client.asking import IfMatch, Ids, Key


class Operations:
    """Every operation of the API as a method."""

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        raise NotImplementedError

    def accept_import_deletions(
        self,
        import_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.ImportPublic:
        """Let a suspect import delete what its source no longer has.

        `POST /v1/imports/{import_id}:accept-deletions` with the scope directory:manage.
        """
        return cast('s.ImportPublic', self._ask(
            "POST",
            f"/v1/imports/{part(import_id)}:accept-deletions",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def accept_match(
        self,
        match_id: str | UUID,
        body: s.ForSide,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MatchPublic:
        """Accept for one side.

        `POST /v1/matches/{match_id}:accept` with the scope matching:write.

        A person accepts her own side, an organisation the side that it holds. With the second yes the match is
        *accepted*: places are taken, and for an exchange of credit the hours are held (409 `hold-refused` if there
        are not enough).
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}:accept",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def accept_swap(
        self,
        rota_id: str | UUID,
        swap_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.SwapPublic:
        """Accept a swap.

        `POST /v1/rotas/{rota_id}/swaps/{swap_id}:accept` with the scope community:write.

        Note that the other agrees; the turns change hands if that keeps the rules.
        """
        return cast('s.SwapPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}/swaps/{part(swap_id)}:accept",
            key=key,
            keyed=True,
        ))

    def activate_match(
        self,
        match_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MatchPublic:
        """Note that the two have begun.

        `POST /v1/matches/{match_id}:activate` with the scope matching:write.
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}:activate",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def add_action(
        self,
        plan_id: str | UUID,
        body: s.AddAction,
        *,
        key: Key = None,
    ) -> s.ActionPublic:
        """Add an action.

        `POST /v1/action-plans/{plan_id}/actions` with the scope community:write.

        Add something to do.
        """
        return cast('s.ActionPublic', self._ask(
            "POST",
            f"/v1/action-plans/{part(plan_id)}/actions",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_activity(
        self,
        body: s.ActivityCreate,
        *,
        key: Key = None,
    ) -> s.ActivityPublic:
        """Add one of the activities.

        `POST /v1/activities` with the scope directory:write.
        """
        return cast('s.ActivityPublic', self._ask(
            "POST",
            "/v1/activities",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_area(
        self,
        body: s.AreaCreate,
        *,
        key: Key = None,
    ) -> s.AreaPublic:
        """Add a named part of the neighbourhood.

        `POST /v1/areas` with the scope directory:manage.
        """
        return cast('s.AreaPublic', self._ask(
            "POST",
            "/v1/areas",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_capability(
        self,
        assessment_id: str | UUID,
        body: s.AddCapability,
        *,
        key: Key = None,
    ) -> s.CapabilityPublic:
        """Add a capability.

        `POST /v1/assessments/{assessment_id}/capabilities` with the scope assessments:write.

        Add one that the answers did not tell of.
        """
        return cast('s.CapabilityPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/capabilities",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_community_group(
        self,
        body: s.CommunityGroupCreate,
        *,
        key: Key = None,
    ) -> s.CommunityGroupPublic:
        """Add one of the groups.

        `POST /v1/groups` with the scope directory:write.
        """
        return cast('s.CommunityGroupPublic', self._ask(
            "POST",
            "/v1/groups",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_feed(
        self,
        body: s.FeedCreate,
        *,
        key: Key = None,
    ) -> s.FeedPublic:
        """Follow another directory's feed.

        `POST /v1/feeds` with the scope directory:manage.
        """
        return cast('s.FeedPublic', self._ask(
            "POST",
            "/v1/feeds",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_lab_meeting(
        self,
        lab_id: str | UUID,
        body: s.MeetingCreate,
        *,
        key: Key = None,
    ) -> s.LabMeetingPublic:
        """Plan or note a meeting of a lab.

        `POST /v1/co-production-labs/{lab_id}/meetings` with the scope community:write.

        Plan a meeting, or note one that was held: who was there, what was said and decided.
        """
        return cast('s.LabMeetingPublic', self._ask(
            "POST",
            f"/v1/co-production-labs/{part(lab_id)}/meetings",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_lab_member(
        self,
        lab_id: str | UUID,
        body: s.MemberCreate,
        *,
        key: Key = None,
    ) -> s.LabMemberPublic:
        """Add a member to a lab.

        `POST /v1/co-production-labs/{lab_id}/members` with the scope community:write.

        Give somebody a seat.
        """
        return cast('s.LabMemberPublic', self._ask(
            "POST",
            f"/v1/co-production-labs/{part(lab_id)}/members",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_micro_provider(
        self,
        body: s.MicroProviderCreate,
        *,
        key: Key = None,
    ) -> s.MicroProviderPublic:
        """Add one of the micro providers.

        `POST /v1/micro-providers` with the scope directory:write.
        """
        return cast('s.MicroProviderPublic', self._ask(
            "POST",
            "/v1/micro-providers",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_organisation(
        self,
        body: s.OrganisationCreate,
        *,
        key: Key = None,
    ) -> s.OrganisationPublic:
        """Add one of the organisations.

        `POST /v1/organisations` with the scope directory:write.
        """
        return cast('s.OrganisationPublic', self._ask(
            "POST",
            "/v1/organisations",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_outcome(
        self,
        assessment_id: str | UUID,
        body: s.AddOutcome,
        *,
        key: Key = None,
    ) -> s.OutcomePublic:
        """Add an outcome.

        `POST /v1/assessments/{assessment_id}/outcomes` with the scope assessments:write.

        Add something that she wants to change.
        """
        return cast('s.OutcomePublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/outcomes",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_person(
        self,
        body: s.PersonCreate,
        *,
        key: Key = None,
    ) -> s.PersonPublic:
        """Show in the directory what a person can do.

        `POST /v1/people` with the scope participants:write.

        Written by her, or by who registered her; seen by those two, and by whom she lets see it (`directory`).
        """
        return cast('s.PersonPublic', self._ask(
            "POST",
            "/v1/people",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_place(
        self,
        body: s.PlaceCreate,
        *,
        key: Key = None,
    ) -> s.PlacePublic:
        """Add one of the places.

        `POST /v1/places` with the scope directory:write.
        """
        return cast('s.PlacePublic', self._ask(
            "POST",
            "/v1/places",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_service(
        self,
        body: s.ServiceCreate,
        *,
        key: Key = None,
    ) -> s.ServicePublic:
        """Add one of the services.

        `POST /v1/services` with the scope directory:write.
        """
        return cast('s.ServicePublic', self._ask(
            "POST",
            "/v1/services",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_sitting(
        self,
        assessment_id: str | UUID,
        body: s.AddSitting,
        *,
        key: Key = None,
    ) -> s.SittingPublic:
        """Record a sitting.

        `POST /v1/assessments/{assessment_id}/sittings` with the scope assessments:write.

        Note when people sat together over it, who interpreted, and which roles were present.
        """
        return cast('s.SittingPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/sittings",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_stated_need(
        self,
        assessment_id: str | UUID,
        body: s.AddNeed,
        *,
        key: Key = None,
    ) -> s.StatedNeedPublic:
        """Add a need.

        `POST /v1/assessments/{assessment_id}/needs` with the scope assessments:write.

        Add one that the answers did not tell of.
        """
        return cast('s.StatedNeedPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/needs",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_term(
        self,
        body: s.TermCreate,
        *,
        key: Key = None,
    ) -> s.TermPublic:
        """Add your community's own name of a concept.

        `POST /v1/terms` with the scope directory:write.

        It names one of our concepts, or a new one with a key and a category of your own; everybody here may use it.
        """
        return cast('s.TermPublic', self._ask(
            "POST",
            "/v1/terms",
            body=body,
            key=key,
            keyed=True,
        ))

    def add_volunteer(
        self,
        rota_id: str | UUID,
        body: s.VolunteerCreate,
        *,
        key: Key = None,
    ) -> s.VolunteerPublic:
        """Add a volunteer.

        `POST /v1/rotas/{rota_id}/volunteers` with the scope community:write.

        Note somebody who takes turns. Once it is planned, plan it anew to give her some.
        """
        return cast('s.VolunteerPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}/volunteers",
            body=body,
            key=key,
            keyed=True,
        ))

    def agree_project(
        self,
        project_id: str | UUID,
        body: s.AgreeProject,
        *,
        key: Key = None,
    ) -> s.ProjectPublic:
        """Agree to a project.

        `POST /v1/projects/{project_id}:agree` with the scope community:write.

        Note that the council agreed by vote, or somebody else where there is no council.
        """
        return cast('s.ProjectPublic', self._ask(
            "POST",
            f"/v1/projects/{part(project_id)}:agree",
            body=body,
            key=key,
            keyed=True,
        ))

    def agree_to_capability(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.Agree,
        *,
        key: Key = None,
    ) -> s.CapabilityPublic:
        """Note her consent for it.

        `POST /v1/assessments/{assessment_id}/capabilities/{item_id}:agree` with the scope assessments:write.

        Keep what she says to its being made known; when she takes it back, it is withdrawn at once.
        """
        return cast('s.CapabilityPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}:agree",
            body=body,
            key=key,
            keyed=True,
        ))

    def agree_to_stated_need(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.Agree,
        *,
        key: Key = None,
    ) -> s.StatedNeedPublic:
        """Note her consent for it.

        `POST /v1/assessments/{assessment_id}/needs/{item_id}:agree` with the scope assessments:write.

        Keep what she says to its being made known; when she takes it back, it is withdrawn at once.
        """
        return cast('s.StatedNeedPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}:agree",
            body=body,
            key=key,
            keyed=True,
        ))

    def answer_rights_request(
        self,
        request_id: str | UUID,
        body: s.RightsRequestPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.RightsRequestPublic:
        """Answer a request.

        `PATCH /v1/rights-requests/{request_id}` with the scope rights:manage.

        Say what was done, or why it was refused. It closes the request.
        """
        return cast('s.RightsRequestPublic', self._ask(
            "PATCH",
            f"/v1/rights-requests/{part(request_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def ask_for_right(
        self,
        body: s.RightsRequestCreate,
        *,
        key: Key = None,
    ) -> s.RightsRequestPublic:
        """Note what a person asked for by law.

        `POST /v1/rights-requests` with the scope participants:write.

        By her, or by who registered her with `rights:manage`. It is due a month after it was received.
        """
        return cast('s.RightsRequestPublic', self._ask(
            "POST",
            "/v1/rights-requests",
            body=body,
            key=key,
            keyed=True,
        ))

    def assign(
        self,
        body: s.AssignmentCreate,
        *,
        key: Key = None,
    ) -> s.AssignmentPublic:
        """Assign a caseworker to a participant.

        `POST /v1/assignments` with the scope rights:manage.

        From then on a token of this member of staff sees her; without an assignment none of your staff does.
        """
        return cast('s.AssignmentPublic', self._ask(
            "POST",
            "/v1/assignments",
            body=body,
            key=key,
            keyed=True,
        ))

    def block(
        self,
        participant_id: str | UUID,
        body: s.BlockCreate,
        *,
        key: Key = None,
    ) -> s.BlockPublic:
        """Keep two participants apart.

        `POST /v1/participants/{participant_id}/blocks` with the scope participants:write.
        """
        return cast('s.BlockPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}/blocks",
            body=body,
            key=key,
            keyed=True,
        ))

    def cancel_election(
        self,
        council_id: str | UUID,
        election_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Call an election off.

        `DELETE /v1/councils/{council_id}/elections/{election_id}` with the scope community:write.

        Call it off, before anybody has voted.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/councils/{part(council_id)}/elections/{part(election_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def cancel_import(
        self,
        import_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.ImportPublic:
        """Stop an import; what is in stays.

        `POST /v1/imports/{import_id}:cancel` with the scope directory:write.
        """
        return cast('s.ImportPublic', self._ask(
            "POST",
            f"/v1/imports/{part(import_id)}:cancel",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def cast_ballot(
        self,
        council_id: str | UUID,
        election_id: str | UUID,
        voter: str,
        body: s.CastBallot,
    ) -> s.BallotPublic:
        """Cast a ballot.

        `PUT /v1/councils/{council_id}/elections/{election_id}/ballots/{voter}` with the scope community:write.

        Cast a secret ballot, once: nobody can find it again, so it can be neither read nor replaced.
        """
        return cast('s.BallotPublic', self._ask(
            "PUT",
            f"/v1/councils/{part(council_id)}/elections/{part(election_id)}/ballots/{part(voter)}",
            body=body,
        ))

    def change_account(
        self,
        account_id: str | UUID,
        body: s.AccountUpdate,
        *,
        if_match: IfMatch = None,
    ) -> s.AccountPublic:
        """Change an account's limits or names.

        `PATCH /v1/accounts/{account_id}` with the scope timebank:write.

        Change how far the account may go below zero, how much it may hold, when it alerts, or its external ids.
        """
        return cast('s.AccountPublic', self._ask(
            "PATCH",
            f"/v1/accounts/{part(account_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_action(
        self,
        plan_id: str | UUID,
        action_id: str | UUID,
        body: s.ChangeAction,
        *,
        if_match: IfMatch = None,
    ) -> s.ActionPublic:
        """Change an action.

        `PATCH /v1/action-plans/{plan_id}/actions/{action_id}` with the scope community:write.

        Change it: what it was before is kept. To drop it, or take it up again, needs `why`.
        """
        return cast('s.ActionPublic', self._ask(
            "PATCH",
            f"/v1/action-plans/{part(plan_id)}/actions/{part(action_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_action_plan(
        self,
        plan_id: str | UUID,
        body: s.ChangeActionPlan,
        *,
        if_match: IfMatch = None,
    ) -> s.ActionPlanPublic:
        """Change an action plan.

        `PATCH /v1/action-plans/{plan_id}` with the scope community:write.

        Change what it is called and where it comes from.
        """
        return cast('s.ActionPlanPublic', self._ask(
            "PATCH",
            f"/v1/action-plans/{part(plan_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_activity(
        self,
        activity_id: str | UUID,
        body: s.ActivityPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.ActivityPublic:
        """Change one that your organisation holds.

        `PATCH /v1/activities/{activity_id}` with the scope directory:write.
        """
        return cast('s.ActivityPublic', self._ask(
            "PATCH",
            f"/v1/activities/{part(activity_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_area(
        self,
        area_id: str | UUID,
        body: s.AreaPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.AreaPublic:
        """Change a part of the neighbourhood.

        `PATCH /v1/areas/{area_id}` with the scope directory:manage.
        """
        return cast('s.AreaPublic', self._ask(
            "PATCH",
            f"/v1/areas/{part(area_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_assessment(
        self,
        assessment_id: str | UUID,
        body: s.ChangeAssessment,
        *,
        if_match: IfMatch = None,
    ) -> s.AssessmentPublic:
        """Change an assessment.

        `PATCH /v1/assessments/{assessment_id}` with the scope assessments:write.

        Change the language, who helped, or what other systems call it.
        """
        return cast('s.AssessmentPublic', self._ask(
            "PATCH",
            f"/v1/assessments/{part(assessment_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_attendance(
        self,
        round_table_id: str | UUID,
        attendance_id: str | UUID,
        body: s.ChangeAttendance,
        *,
        if_match: IfMatch = None,
    ) -> s.AttendancePublic:
        """Correct a line of the attendance.

        `PATCH /v1/round-tables/{round_table_id}/attendance/{attendance_id}` with the scope assessments:write.

        Correct how many there were, of which kind or language.
        """
        return cast('s.AttendancePublic', self._ask(
            "PATCH",
            f"/v1/round-tables/{part(round_table_id)}/attendance/{part(attendance_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_capability(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.ChangeCapability,
        *,
        if_match: IfMatch = None,
    ) -> s.CapabilityPublic:
        """Change a capability.

        `PATCH /v1/assessments/{assessment_id}/capabilities/{item_id}` with the scope assessments:write.

        Put one right, such as its category; what is published of it follows, and ends when she is no longer
        willing.
        """
        return cast('s.CapabilityPublic', self._ask(
            "PATCH",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_card(
        self,
        round_table_id: str | UUID,
        card_id: str | UUID,
        body: s.ChangeCard,
        *,
        if_match: IfMatch = None,
    ) -> s.CardPublic:
        """Translate or move a card.

        `PATCH /v1/round-tables/{round_table_id}/cards/{card_id}` with the scope assessments:write.

        Add a translation, move it to another image, or show it to the plenary; its own words stay as they are.
        """
        return cast('s.CardPublic', self._ask(
            "PATCH",
            f"/v1/round-tables/{part(round_table_id)}/cards/{part(card_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_co_production_lab(
        self,
        lab_id: str | UUID,
        body: s.LabChange,
        *,
        if_match: IfMatch = None,
    ) -> s.CoProductionLab:
        """Change a lab.

        `PATCH /v1/co-production-labs/{lab_id}` with the scope community:write.

        Change what a lab is about, as long as it is not over.
        """
        return cast('s.CoProductionLab', self._ask(
            "PATCH",
            f"/v1/co-production-labs/{part(lab_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_community_group(
        self,
        community_group_id: str | UUID,
        body: s.CommunityGroupPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.CommunityGroupPublic:
        """Change one that your organisation holds.

        `PATCH /v1/groups/{community_group_id}` with the scope directory:write.
        """
        return cast('s.CommunityGroupPublic', self._ask(
            "PATCH",
            f"/v1/groups/{part(community_group_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_connection(
        self,
        connection_id: str | UUID,
        body: s.ConnectionPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.ConnectionPublic:
        """Change a connection.

        `PATCH /v1/connections/{connection_id}` with the scope connections:manage.
        """
        return cast('s.ConnectionPublic', self._ask(
            "PATCH",
            f"/v1/connections/{part(connection_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_council(
        self,
        council_id: str | UUID,
        body: s.ChangeCouncil,
        *,
        if_match: IfMatch = None,
    ) -> s.CouncilPublic:
        """Change a council.

        `PATCH /v1/councils/{council_id}` with the scope community:write.

        Change what it is; seats and quotas stay as they are during an election.
        """
        return cast('s.CouncilPublic', self._ask(
            "PATCH",
            f"/v1/councils/{part(council_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_council_candidate(
        self,
        council_id: str | UUID,
        candidate_id: str | UUID,
        body: s.ChangeCandidate,
        *,
        if_match: IfMatch = None,
    ) -> s.CandidatePublic:
        """Change who stands.

        `PATCH /v1/councils/{council_id}/candidates/{candidate_id}` with the scope community:write.

        Change the name, for whom somebody speaks, or whether she stands.
        """
        return cast('s.CandidatePublic', self._ask(
            "PATCH",
            f"/v1/councils/{part(council_id)}/candidates/{part(candidate_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_electorate(
        self,
        council_id: str | UUID,
        electorate_id: str | UUID,
        body: s.ChangeElectorate,
        *,
        if_match: IfMatch = None,
    ) -> s.ElectoratePublic:
        """Change an electorate.

        `PATCH /v1/councils/{council_id}/electorates/{electorate_id}` with the scope community:write.

        Change how many may vote or have agreed.
        """
        return cast('s.ElectoratePublic', self._ask(
            "PATCH",
            f"/v1/councils/{part(council_id)}/electorates/{part(electorate_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_feed(
        self,
        feed_id: str | UUID,
        body: s.FeedPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.FeedPublic:
        """Change where, how and how often it is read.

        `PATCH /v1/feeds/{feed_id}` with the scope directory:manage.
        """
        return cast('s.FeedPublic', self._ask(
            "PATCH",
            f"/v1/feeds/{part(feed_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_group(
        self,
        round_table_id: str | UUID,
        group_id: str | UUID,
        body: s.ChangeGroup,
        *,
        if_match: IfMatch = None,
    ) -> s.GroupPublic:
        """Name a group.

        `PATCH /v1/round-tables/{round_table_id}/groups/{group_id}` with the scope assessments:write.

        Name a group in each language, or say what it is about.
        """
        return cast('s.GroupPublic', self._ask(
            "PATCH",
            f"/v1/round-tables/{part(round_table_id)}/groups/{part(group_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_identity_provider(
        self,
        provider_id: str | UUID,
        body: s.IdentityProviderPatch,
        *,
        tenant_id: str | UUID | None = None,
        if_match: IfMatch = None,
    ) -> s.IdentityProviderPublic:
        """Change an identity provider.

        `PATCH /v1/identity-providers/{provider_id}` with the scope clients:write.

        Change it. The tokens that were obtained by signing in there end at once, unless the name alone changes.
        """
        return cast('s.IdentityProviderPublic', self._ask(
            "PATCH",
            f"/v1/identity-providers/{part(provider_id)}",
            query={"tenant_id": tenant_id},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_instrument(
        self,
        instrument_id: str | UUID,
        body: s.InstrumentPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.InstrumentPublic:
        """Change a draft.

        `PATCH /v1/instruments/{instrument_id}` with the scope assessments:write.

        Change parts of a draft.
        """
        return cast('s.InstrumentPublic', self._ask(
            "PATCH",
            f"/v1/instruments/{part(instrument_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_invitation(
        self,
        round_table_id: str | UUID,
        invitation_id: str | UUID,
        body: s.ChangeInvitation,
        *,
        if_match: IfMatch = None,
    ) -> s.InvitationPublic:
        """Change an invitation.

        `PATCH /v1/round-tables/{round_table_id}/invitations/{invitation_id}` with the scope assessments:write.

        Note that people accepted, declined or came, and how many.
        """
        return cast('s.InvitationPublic', self._ask(
            "PATCH",
            f"/v1/round-tables/{part(round_table_id)}/invitations/{part(invitation_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_lab_meeting(
        self,
        lab_id: str | UUID,
        meeting_id: str | UUID,
        body: s.MeetingChange,
        *,
        if_match: IfMatch = None,
    ) -> s.LabMeetingPublic:
        """Change a meeting of a lab.

        `PATCH /v1/co-production-labs/{lab_id}/meetings/{meeting_id}` with the scope community:write.

        Change a meeting, or note that it was held.
        """
        return cast('s.LabMeetingPublic', self._ask(
            "PATCH",
            f"/v1/co-production-labs/{part(lab_id)}/meetings/{part(meeting_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_micro_provider(
        self,
        micro_provider_id: str | UUID,
        body: s.MicroProviderPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.MicroProviderPublic:
        """Change one that your organisation holds.

        `PATCH /v1/micro-providers/{micro_provider_id}` with the scope directory:write.
        """
        return cast('s.MicroProviderPublic', self._ask(
            "PATCH",
            f"/v1/micro-providers/{part(micro_provider_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_need(
        self,
        need_id: str | UUID,
        body: s.ListingPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.NeedPublic:
        """Change a need.

        `PATCH /v1/needs/{need_id}` with the scope matching:write.
        """
        return cast('s.NeedPublic', self._ask(
            "PATCH",
            f"/v1/needs/{part(need_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_offer(
        self,
        offer_id: str | UUID,
        body: s.ListingPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.OfferPublic:
        """Change an offer.

        `PATCH /v1/offers/{offer_id}` with the scope matching:write.
        """
        return cast('s.OfferPublic', self._ask(
            "PATCH",
            f"/v1/offers/{part(offer_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_organisation(
        self,
        organisation_id: str | UUID,
        body: s.OrganisationPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.OrganisationPublic:
        """Change one that your organisation holds.

        `PATCH /v1/organisations/{organisation_id}` with the scope directory:write.
        """
        return cast('s.OrganisationPublic', self._ask(
            "PATCH",
            f"/v1/organisations/{part(organisation_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_outcome(
        self,
        assessment_id: str | UUID,
        outcome_id: str | UUID,
        body: s.ChangeOutcome,
        *,
        if_match: IfMatch = None,
    ) -> s.OutcomePublic:
        """Change an outcome.

        `PATCH /v1/assessments/{assessment_id}/outcomes/{outcome_id}` with the scope assessments:write.

        Put one right.
        """
        return cast('s.OutcomePublic', self._ask(
            "PATCH",
            f"/v1/assessments/{part(assessment_id)}/outcomes/{part(outcome_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_participant(
        self,
        participant_id: str | UUID,
        body: s.ParticipantPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.ParticipantPublic:
        """Change a participant.

        `PATCH /v1/participants/{participant_id}` with the scope participants:write.
        """
        return cast('s.ParticipantPublic', self._ask(
            "PATCH",
            f"/v1/participants/{part(participant_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_person(
        self,
        person_id: str | UUID,
        body: s.PersonPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.PersonPublic:
        """Change what a person shows of herself.

        `PATCH /v1/people/{person_id}` with the scope participants:write.
        """
        return cast('s.PersonPublic', self._ask(
            "PATCH",
            f"/v1/people/{part(person_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_place(
        self,
        place_id: str | UUID,
        body: s.PlacePatch,
        *,
        if_match: IfMatch = None,
    ) -> s.PlacePublic:
        """Change one that your organisation holds.

        `PATCH /v1/places/{place_id}` with the scope directory:write.
        """
        return cast('s.PlacePublic', self._ask(
            "PATCH",
            f"/v1/places/{part(place_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_project(
        self,
        project_id: str | UUID,
        body: s.ChangeProject,
        *,
        if_match: IfMatch = None,
    ) -> s.ProjectPublic:
        """Change a project.

        `PATCH /v1/projects/{project_id}` with the scope community:write.

        Change what is planned; a budget that was agreed is raised instead.
        """
        return cast('s.ProjectPublic', self._ask(
            "PATCH",
            f"/v1/projects/{part(project_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_rota(
        self,
        rota_id: str | UUID,
        body: s.RotaChange,
        *,
        if_match: IfMatch = None,
    ) -> s.RotaPublic:
        """Change a rota.

        `PATCH /v1/rotas/{rota_id}` with the scope community:write.

        Change a rota; days, places and helpers only before it is planned.
        """
        return cast('s.RotaPublic', self._ask(
            "PATCH",
            f"/v1/rotas/{part(rota_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_round_table(
        self,
        round_table_id: str | UUID,
        body: s.ChangeRoundTable,
        *,
        if_match: IfMatch = None,
    ) -> s.RoundTablePublic:
        """Change a round table.

        `PATCH /v1/round-tables/{round_table_id}` with the scope assessments:write.

        Change what is planned.
        """
        return cast('s.RoundTablePublic', self._ask(
            "PATCH",
            f"/v1/round-tables/{part(round_table_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_service(
        self,
        service_id: str | UUID,
        body: s.ServicePatch,
        *,
        if_match: IfMatch = None,
    ) -> s.ServicePublic:
        """Change one that your organisation holds.

        `PATCH /v1/services/{service_id}` with the scope directory:write.
        """
        return cast('s.ServicePublic', self._ask(
            "PATCH",
            f"/v1/services/{part(service_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_stated_need(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.ChangeNeed,
        *,
        if_match: IfMatch = None,
    ) -> s.StatedNeedPublic:
        """Change a need.

        `PATCH /v1/assessments/{assessment_id}/needs/{item_id}` with the scope assessments:write.

        Put one right, such as its category; what is published of it follows.
        """
        return cast('s.StatedNeedPublic', self._ask(
            "PATCH",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_survey(
        self,
        survey_id: str | UUID,
        body: s.ChangeSurvey,
        *,
        if_match: IfMatch = None,
    ) -> s.SurveyPublic:
        """Change a survey.

        `PATCH /v1/surveys/{survey_id}` with the scope assessments:write.

        Change its title, days, area or languages.
        """
        return cast('s.SurveyPublic', self._ask(
            "PATCH",
            f"/v1/surveys/{part(survey_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_table(
        self,
        round_table_id: str | UUID,
        table_id: str | UUID,
        body: s.ChangeTable,
        *,
        if_match: IfMatch = None,
    ) -> s.TablePublic:
        """Change a table.

        `PATCH /v1/round-tables/{round_table_id}/tables/{table_id}` with the scope assessments:write.

        Change who facilitates or interprets.
        """
        return cast('s.TablePublic', self._ask(
            "PATCH",
            f"/v1/round-tables/{part(round_table_id)}/tables/{part(table_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_volunteer(
        self,
        rota_id: str | UUID,
        volunteer_id: str | UUID,
        body: s.VolunteerChange,
        *,
        if_match: IfMatch = None,
    ) -> s.VolunteerPublic:
        """Change a volunteer.

        `PATCH /v1/rotas/{rota_id}/volunteers/{volunteer_id}` with the scope community:write.

        Change when, where and how often somebody can; turns that are planned stay until it is planned anew.
        """
        return cast('s.VolunteerPublic', self._ask(
            "PATCH",
            f"/v1/rotas/{part(rota_id)}/volunteers/{part(volunteer_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def change_webhook(
        self,
        webhook_id: str | UUID,
        body: s.WebhookPatch,
        *,
        if_match: IfMatch = None,
    ) -> s.WebhookPublic:
        """Change a webhook.

        `PATCH /v1/webhooks/{webhook_id}` with the scope events:read, webhooks:manage.

        Change it. What waits goes to the new address; types count for facts that happen later.
        """
        return cast('s.WebhookPublic', self._ask(
            "PATCH",
            f"/v1/webhooks/{part(webhook_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def check_connection(
        self,
        connection_id: str | UUID,
    ) -> s.ConnectionCheck:
        """Try both sides of a connection.

        `POST /v1/connections/{connection_id}:check`.

        Say in words what is missing: an address, a permission, a group, a field, a type, a scope. Nothing changes.
        """
        return cast('s.ConnectionCheck', self._ask(
            "POST",
            f"/v1/connections/{part(connection_id)}:check",
        ))

    def close_account(
        self,
        account_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.AccountPublic:
        """Close an empty account.

        `POST /v1/accounts/{account_id}:close` with the scope timebank:write.

        Close an account that is at zero and that no match counts on.
        """
        return cast('s.AccountPublic', self._ask(
            "POST",
            f"/v1/accounts/{part(account_id)}:close",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def close_round_table(
        self,
        round_table_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.RoundTablePublic:
        """Close the evening.

        `POST /v1/round-tables/{round_table_id}:close` with the scope assessments:write.

        Step from plenary to closed: no card is taken any more.
        """
        return cast('s.RoundTablePublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}:close",
            key=key,
            keyed=True,
        ))

    def close_survey(
        self,
        survey_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.SurveyPublic:
        """Close a survey for good.

        `POST /v1/surveys/{survey_id}:close` with the scope assessments:write.

        Take no more responses; now all of them are counted.
        """
        return cast('s.SurveyPublic', self._ask(
            "POST",
            f"/v1/surveys/{part(survey_id)}:close",
            key=key,
            keyed=True,
        ))

    def close_voting(
        self,
        council_id: str | UUID,
        election_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.ElectionPublic:
        """Close a secret vote.

        `POST /v1/councils/{council_id}/elections/{election_id}:close-voting` with the scope community:write.

        End the vote by ballot, for good: from now on no ballot is cast, and the votes can be counted.
        """
        return cast('s.ElectionPublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}/elections/{part(election_id)}:close-voting",
            key=key,
            keyed=True,
        ))

    def compare_surveys(
        self,
        *,
        ids: Ids,
        format: Literal["json", "csv"] | None = None,
        language: str | None = None,
    ) -> s.Comparison | bytes:
        """See several waves side by side.

        `GET /v1/surveys/compare` with the scope assessments:read.

        Return the shares of each choice in several waves of the same questions.
        """
        return cast('s.Comparison | bytes', self._ask(
            "GET",
            "/v1/surveys/compare",
            query={"ids": commas(ids), "format": format, "language": language},
        ))

    def complete_assessment(
        self,
        assessment_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.AssessmentPublic:
        """Complete an assessment.

        `POST /v1/assessments/{assessment_id}:complete` with the scope assessments:write.

        Close the answers and draw capabilities and needs from them; prompts come back when few strengths were
        named.
        """
        return cast('s.AssessmentPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}:complete",
            key=key,
            keyed=True,
        ))

    def complete_match(
        self,
        match_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MatchPublic:
        """Note that it is done.

        `POST /v1/matches/{match_id}:complete` with the scope matching:write.
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}:complete",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def conclude_co_production_lab(
        self,
        lab_id: str | UUID,
        body: s.Conclusion,
        *,
        key: Key = None,
    ) -> s.CoProductionLab:
        """Say what came of a lab.

        `POST /v1/co-production-labs/{lab_id}:conclude` with the scope community:write.

        Conclude a lab that has met, with its outcome and what it led to.
        """
        return cast('s.CoProductionLab', self._ask(
            "POST",
            f"/v1/co-production-labs/{part(lab_id)}:conclude",
            body=body,
            key=key,
            keyed=True,
        ))

    def confirm_activity(
        self,
        activity_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.ActivityPublic:
        """Say that it is all still so.

        `POST /v1/activities/{activity_id}:confirm` with the scope directory:write.
        """
        return cast('s.ActivityPublic', self._ask(
            "POST",
            f"/v1/activities/{part(activity_id)}:confirm",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def confirm_asset_proposal(
        self,
        proposal_id: str | UUID,
        body: s.ProposalConfirm,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.ProposalPublic:
        """Make the entry that is proposed.

        `POST /v1/asset-proposals/{proposal_id}:confirm` with the scope directory:write.

        Make the entry and its activities; your organisation holds them. `asset_id` says which entry it became.
        """
        return cast('s.ProposalPublic', self._ask(
            "POST",
            f"/v1/asset-proposals/{part(proposal_id)}:confirm",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def confirm_capability_concepts(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.ConfirmConcepts,
        *,
        key: Key = None,
    ) -> s.CapabilityPublic:
        """Say what it is about.

        `POST /v1/assessments/{assessment_id}/capabilities/{item_id}:confirm-concepts` with the scope
        assessments:write.

        Confirm, or put right, the concepts that the vocabulary suggested; what is published of it follows.
        """
        return cast('s.CapabilityPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}:confirm-concepts",
            body=body,
            key=key,
            keyed=True,
        ))

    def confirm_community_group(
        self,
        community_group_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.CommunityGroupPublic:
        """Say that it is all still so.

        `POST /v1/groups/{community_group_id}:confirm` with the scope directory:write.
        """
        return cast('s.CommunityGroupPublic', self._ask(
            "POST",
            f"/v1/groups/{part(community_group_id)}:confirm",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def confirm_hours(
        self,
        match_id: str | UUID,
        hours_id: str | UUID,
        body: s.ForSide,
        *,
        key: Key = None,
    ) -> s.HoursPublic:
        """Confirm hours for one side.

        `POST /v1/matches/{match_id}/hours/{hours_id}:confirm` with the scope matching:write.
        """
        return cast('s.HoursPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}/hours/{part(hours_id)}:confirm",
            body=body,
            key=key,
            keyed=True,
        ))

    def confirm_micro_provider(
        self,
        micro_provider_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MicroProviderPublic:
        """Say that it is all still so.

        `POST /v1/micro-providers/{micro_provider_id}:confirm` with the scope directory:write.
        """
        return cast('s.MicroProviderPublic', self._ask(
            "POST",
            f"/v1/micro-providers/{part(micro_provider_id)}:confirm",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def confirm_organisation(
        self,
        organisation_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.OrganisationPublic:
        """Say that it is all still so.

        `POST /v1/organisations/{organisation_id}:confirm` with the scope directory:write.
        """
        return cast('s.OrganisationPublic', self._ask(
            "POST",
            f"/v1/organisations/{part(organisation_id)}:confirm",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def confirm_place(
        self,
        place_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.PlacePublic:
        """Say that it is all still so.

        `POST /v1/places/{place_id}:confirm` with the scope directory:write.
        """
        return cast('s.PlacePublic', self._ask(
            "POST",
            f"/v1/places/{part(place_id)}:confirm",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def confirm_relation(
        self,
        participant_id: str | UUID,
        relation_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.RelationPublic:
        """Say yes to a relation.

        `POST /v1/participants/{participant_id}/relations/{relation_id}:confirm` with the scope participants:write.

        Only she whom it is about, or who registered her.
        """
        return cast('s.RelationPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}/relations/{part(relation_id)}:confirm",
            key=key,
            keyed=True,
        ))

    def confirm_service(
        self,
        service_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.ServicePublic:
        """Say that it is all still so.

        `POST /v1/services/{service_id}:confirm` with the scope directory:write.
        """
        return cast('s.ServicePublic', self._ask(
            "POST",
            f"/v1/services/{part(service_id)}:confirm",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def confirm_stated_need_concepts(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.ConfirmConcepts,
        *,
        key: Key = None,
    ) -> s.StatedNeedPublic:
        """Say what it is about.

        `POST /v1/assessments/{assessment_id}/needs/{item_id}:confirm-concepts` with the scope assessments:write.

        Confirm, or put right, the concepts that the vocabulary suggested; what is published of it follows.
        """
        return cast('s.StatedNeedPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}:confirm-concepts",
            body=body,
            key=key,
            keyed=True,
        ))

    def create_client(
        self,
        body: s.NewClient,
    ) -> s.ClientWithSecret:
        """Create a client.

        `POST /v1/clients` with the scope clients:write.

        Create an app that acts for an organisation. Its secret is shown now and never again, not on a replay
        either.
        """
        return cast('s.ClientWithSecret', self._ask(
            "POST",
            "/v1/clients",
            body=body,
        ))

    def create_client_secret(
        self,
        client_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
    ) -> s.NewSecret:
        """Add a second secret.

        `POST /v1/clients/{client_id}/secrets` with the scope clients:write.

        Add a second live secret, to change over without a gap. It is shown now and never again.
        """
        return cast('s.NewSecret', self._ask(
            "POST",
            f"/v1/clients/{part(client_id)}/secrets",
            query={"tenant_id": tenant_id},
        ))

    def create_co_production_lab(
        self,
        body: s.LabCreate,
        *,
        key: Key = None,
    ) -> s.CoProductionLab:
        """Bring a lab together.

        `POST /v1/co-production-labs` with the scope community:write.

        Bring citizens and staff together on a question: those you name, or a group that matching suggests.
        """
        return cast('s.CoProductionLab', self._ask(
            "POST",
            "/v1/co-production-labs",
            body=body,
            key=key,
            keyed=True,
        ))

    def create_connection(
        self,
        body: s.ConnectionCreate,
        *,
        key: Key = None,
    ) -> s.ConnectionPublic:
        """Connect your organisation's CRM.

        `POST /v1/connections` with the scope connections:manage.

        Nothing is asked of the other side yet: try it with `:check`, then with a dry run.
        """
        return cast('s.ConnectionPublic', self._ask(
            "POST",
            "/v1/connections",
            body=body,
            key=key,
            keyed=True,
        ))

    def create_identity_provider(
        self,
        body: s.NewIdentityProvider,
        *,
        tenant_id: str | UUID | None = None,
    ) -> s.IdentityProviderPublic:
        """Let staff sign in at an identity provider.

        `POST /v1/identity-providers` with the scope clients:write.

        Say whose sign-ins count for an organisation's staff. Apps show the provider's tokens at `/oauth/token`.
        """
        return cast('s.IdentityProviderPublic', self._ask(
            "POST",
            "/v1/identity-providers",
            query={"tenant_id": tenant_id},
            body=body,
        ))

    def create_instrument(
        self,
        body: s.InstrumentCreateInput,
        *,
        key: Key = None,
    ) -> s.InstrumentPublic:
        """Make a draft of an instrument.

        `POST /v1/instruments` with the scope assessments:write.

        Make a draft. Its version is one more than the highest that your organisation has under this name.
        """
        return cast('s.InstrumentPublic', self._ask(
            "POST",
            "/v1/instruments",
            body=body,
            key=key,
            keyed=True,
        ))

    def create_need(
        self,
        body: s.NeedCreate,
        *,
        key: Key = None,
    ) -> s.NeedPublic:
        """State a need.

        `POST /v1/needs` with the scope matching:write.
        """
        return cast('s.NeedPublic', self._ask(
            "POST",
            "/v1/needs",
            body=body,
            key=key,
            keyed=True,
        ))

    def create_offer(
        self,
        body: s.OfferCreate,
        *,
        key: Key = None,
    ) -> s.OfferPublic:
        """State an offer.

        `POST /v1/offers` with the scope matching:write.
        """
        return cast('s.OfferPublic', self._ask(
            "POST",
            "/v1/offers",
            body=body,
            key=key,
            keyed=True,
        ))

    def create_rota(
        self,
        body: s.RotaCreate,
        *,
        key: Key = None,
    ) -> s.RotaPublic:
        """Draft a rota.

        `POST /v1/rotas` with the scope community:write.

        Say on which days, at which places and how many; then volunteers join, and it is planned.
        """
        return cast('s.RotaPublic', self._ask(
            "POST",
            "/v1/rotas",
            body=body,
            key=key,
            keyed=True,
        ))

    def create_staff(
        self,
        body: s.NewStaff,
        *,
        tenant_id: str | UUID | None = None,
    ) -> s.StaffPublic:
        """Create a member of staff.

        `POST /v1/staff` with the scope clients:write.

        Create a member of staff, known by a role or a pseudonym; an app obtains tokens for them by token exchange.
        """
        return cast('s.StaffPublic', self._ask(
            "POST",
            "/v1/staff",
            query={"tenant_id": tenant_id},
            body=body,
        ))

    def create_tenant(
        self,
        body: s.NewTenant,
    ) -> s.TenantPublic:
        """Create a tenant.

        `POST /v1/tenants` with the scope tenants:write.

        Create a neighbourhood partnership and its founding organisation; for the bootstrap key alone. Sent again it
        is refused by its slug (`slug-taken`); an `Idempotency-Key` is not needed here and has no effect.
        """
        return cast('s.TenantPublic', self._ask(
            "POST",
            "/v1/tenants",
            body=body,
        ))

    def create_webhook(
        self,
        body: s.NewWebhook,
        *,
        key: Key = None,
    ) -> s.WebhookWithSecret:
        """Be told of events at an address.

        `POST /v1/webhooks` with the scope events:read, webhooks:manage.

        Have your organisation told of what happens from now on. The secret is shown now and never again.
        """
        return cast('s.WebhookWithSecret', self._ask(
            "POST",
            "/v1/webhooks",
            body=body,
            key=key,
            keyed=True,
        ))

    def decide_freshness_policy(
        self,
        body: s.FreshnessPolicyPut,
        *,
        if_match: IfMatch = None,
    ) -> s.FreshnessPolicyPublic:
        """Decide how long entries stay fresh.

        `PUT /v1/assets/freshness-policy` with the scope directory:manage.

        Decide, for the neighbourhood, when holders are asked and when the public feed hides what is unconfirmed.
        """
        return cast('s.FreshnessPolicyPublic', self._ask(
            "PUT",
            "/v1/assets/freshness-policy",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def decide_report_policy(
        self,
        body: s.DecideReportPolicy,
        *,
        if_match: IfMatch = None,
    ) -> s.ReportPolicyPublic:
        """Decide what reports count and keep apart.

        `PUT /v1/reports/policy` with the scope assessments:manage.

        Decide it for the whole neighbourhood; the next report obeys it.
        """
        return cast('s.ReportPolicyPublic', self._ask(
            "PUT",
            "/v1/reports/policy",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def decline_match(
        self,
        match_id: str | UUID,
        body: s.ForSide,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MatchPublic:
        """Say no for one side.

        `POST /v1/matches/{match_id}:decline` with the scope matching:write.

        No reason is asked: everybody has the right not to.
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}:decline",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def decline_swap(
        self,
        rota_id: str | UUID,
        swap_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.SwapPublic:
        """Decline a swap.

        `POST /v1/rotas/{rota_id}/swaps/{swap_id}:decline` with the scope community:write.

        Note that the other does not agree.
        """
        return cast('s.SwapPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}/swaps/{part(swap_id)}:decline",
            key=key,
            keyed=True,
        ))

    def delete_action(
        self,
        plan_id: str | UUID,
        action_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete an action.

        `DELETE /v1/action-plans/{plan_id}/actions/{action_id}` with the scope community:write.

        Delete one that was a mistake; what is given up is dropped instead.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/action-plans/{part(plan_id)}/actions/{part(action_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_action_plan(
        self,
        plan_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete an action plan.

        `DELETE /v1/action-plans/{plan_id}` with the scope community:write.

        Delete it with its actions.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/action-plans/{part(plan_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_activity(
        self,
        activity_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete one that your organisation holds.

        `DELETE /v1/activities/{activity_id}` with the scope directory:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/activities/{part(activity_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_area(
        self,
        area_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a part of the neighbourhood.

        `DELETE /v1/areas/{area_id}` with the scope directory:manage.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/areas/{part(area_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_assessment(
        self,
        assessment_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete an assessment.

        `DELETE /v1/assessments/{assessment_id}` with the scope assessments:write.

        Delete it; everything that was published of it is withdrawn.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/assessments/{part(assessment_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_attendance(
        self,
        round_table_id: str | UUID,
        attendance_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Take a line back.

        `DELETE /v1/round-tables/{round_table_id}/attendance/{attendance_id}` with the scope assessments:write.

        Take back a line that was noted by mistake.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/round-tables/{part(round_table_id)}/attendance/{part(attendance_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_capability(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a capability.

        `DELETE /v1/assessments/{assessment_id}/capabilities/{item_id}` with the scope assessments:write.

        Delete one; what is published of it is withdrawn.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_card(
        self,
        round_table_id: str | UUID,
        card_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Take a card off the table.

        `DELETE /v1/round-tables/{round_table_id}/cards/{card_id}` with the scope assessments:write.

        Delete a card; what was published of it is withdrawn.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/round-tables/{part(round_table_id)}/cards/{part(card_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_client(
        self,
        client_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
        if_match: IfMatch = None,
    ) -> None:
        """Revoke a client.

        `DELETE /v1/clients/{client_id}` with the scope clients:write.

        Revoke a client with its secrets and its tokens, at once and everywhere.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/clients/{part(client_id)}",
            query={"tenant_id": tenant_id},
            headers={"if-match": tag(if_match)},
        ))

    def delete_client_secret(
        self,
        client_id: str | UUID,
        secret_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
    ) -> None:
        """Revoke a secret.

        `DELETE /v1/clients/{client_id}/secrets/{secret_id}` with the scope clients:write.

        Revoke a secret with the tokens obtained by it, at once and everywhere.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/clients/{part(client_id)}/secrets/{part(secret_id)}",
            query={"tenant_id": tenant_id},
        ))

    def delete_co_production_lab(
        self,
        lab_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a lab.

        `DELETE /v1/co-production-labs/{lab_id}` with the scope community:write.

        Delete a lab with its meetings.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/co-production-labs/{part(lab_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_community_group(
        self,
        community_group_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete one that your organisation holds.

        `DELETE /v1/groups/{community_group_id}` with the scope directory:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/groups/{part(community_group_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_connection(
        self,
        connection_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Connect it no more; what came from it stays.

        `DELETE /v1/connections/{connection_id}` with the scope connections:manage.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/connections/{part(connection_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_council(
        self,
        council_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a council.

        `DELETE /v1/councils/{council_id}` with the scope community:write.

        Delete it; its projects stay.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/councils/{part(council_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_feed(
        self,
        feed_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Follow it no more; what came from it stays.

        `DELETE /v1/feeds/{feed_id}` with the scope directory:manage.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/feeds/{part(feed_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_group(
        self,
        round_table_id: str | UUID,
        group_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Break a group up.

        `DELETE /v1/round-tables/{round_table_id}/groups/{group_id}` with the scope assessments:write.

        Let its cards stand alone; the dots on it go back to who set them.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/round-tables/{part(round_table_id)}/groups/{part(group_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_identity_provider(
        self,
        provider_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
        if_match: IfMatch = None,
    ) -> None:
        """Remove an identity provider.

        `DELETE /v1/identity-providers/{provider_id}` with the scope clients:write.

        Let nobody sign in there any more; the tokens that were obtained so end at once and everywhere.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/identity-providers/{part(provider_id)}",
            query={"tenant_id": tenant_id},
            headers={"if-match": tag(if_match)},
        ))

    def delete_instrument(
        self,
        instrument_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a draft.

        `DELETE /v1/instruments/{instrument_id}` with the scope assessments:write.

        Delete a draft; what has been published stays.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/instruments/{part(instrument_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_micro_provider(
        self,
        micro_provider_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete one that your organisation holds.

        `DELETE /v1/micro-providers/{micro_provider_id}` with the scope directory:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/micro-providers/{part(micro_provider_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_need(
        self,
        need_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Take a need away.

        `DELETE /v1/needs/{need_id}` with the scope matching:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/needs/{part(need_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_need_by_external_id(
        self,
        *,
        system: str,
        value: str,
        updated_at: str | datetime,
    ) -> None:
        """Take away what another system has deleted.

        `DELETE /v1/needs/by-external-id` with the scope matching:write.

        As a line with `deleted` would. What is gone already, or was never here, is gone all the same.
        """
        return cast('None', self._ask(
            "DELETE",
            "/v1/needs/by-external-id",
            query={"system": system, "value": value, "updated_at": updated_at},
        ))

    def delete_offer(
        self,
        offer_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Take an offer away.

        `DELETE /v1/offers/{offer_id}` with the scope matching:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/offers/{part(offer_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_offer_by_external_id(
        self,
        *,
        system: str,
        value: str,
        updated_at: str | datetime,
    ) -> None:
        """Take away what another system has deleted.

        `DELETE /v1/offers/by-external-id` with the scope matching:write.

        As a line with `deleted` would. What is gone already, or was never here, is gone all the same.
        """
        return cast('None', self._ask(
            "DELETE",
            "/v1/offers/by-external-id",
            query={"system": system, "value": value, "updated_at": updated_at},
        ))

    def delete_organisation(
        self,
        organisation_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete one that your organisation holds.

        `DELETE /v1/organisations/{organisation_id}` with the scope directory:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/organisations/{part(organisation_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_participant(
        self,
        participant_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a participant.

        `DELETE /v1/participants/{participant_id}` with the scope participants:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/participants/{part(participant_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_participant_by_external_id(
        self,
        *,
        system: str,
        value: str,
        updated_at: str | datetime,
    ) -> None:
        """Take away what another system has deleted.

        `DELETE /v1/participants/by-external-id` with the scope participants:write.

        As a line with `deleted` would. What is gone already, or was never here, is gone all the same.
        """
        return cast('None', self._ask(
            "DELETE",
            "/v1/participants/by-external-id",
            query={"system": system, "value": value, "updated_at": updated_at},
        ))

    def delete_person(
        self,
        person_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Show a person in the directory no longer.

        `DELETE /v1/people/{person_id}` with the scope participants:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/people/{part(person_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_place(
        self,
        place_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete one that your organisation holds.

        `DELETE /v1/places/{place_id}` with the scope directory:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/places/{part(place_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_project(
        self,
        project_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a project.

        `DELETE /v1/projects/{project_id}` with the scope community:write.

        Delete it, as long as it has spent nothing; after that it is stopped, and its books stay.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/projects/{part(project_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_rota(
        self,
        rota_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a rota.

        `DELETE /v1/rotas/{rota_id}` with the scope community:write.

        Delete a rota with its plan.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/rotas/{part(rota_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_round_table(
        self,
        round_table_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a round table.

        `DELETE /v1/round-tables/{round_table_id}` with the scope assessments:write.

        Delete it; everything that was published of its cards is withdrawn.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/round-tables/{part(round_table_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_service(
        self,
        service_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete one that your organisation holds.

        `DELETE /v1/services/{service_id}` with the scope directory:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/services/{part(service_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_staff(
        self,
        staff_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
        if_match: IfMatch = None,
    ) -> None:
        """Remove a member of staff.

        `DELETE /v1/staff/{staff_id}` with the scope clients:write.

        Remove a member of staff; tokens for them end at once and everywhere.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/staff/{part(staff_id)}",
            query={"tenant_id": tenant_id},
            headers={"if-match": tag(if_match)},
        ))

    def delete_stated_need(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a need.

        `DELETE /v1/assessments/{assessment_id}/needs/{item_id}` with the scope assessments:write.

        Delete one; what is published of it is withdrawn.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_survey(
        self,
        survey_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a survey.

        `DELETE /v1/surveys/{survey_id}` with the scope assessments:write.

        Delete it; its responses are read no more.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/surveys/{part(survey_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_term(
        self,
        term_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Take back a name that your organisation added.

        `DELETE /v1/terms/{term_id}` with the scope directory:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/terms/{part(term_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def delete_webhook(
        self,
        webhook_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a webhook.

        `DELETE /v1/webhooks/{webhook_id}` with the scope webhooks:manage.

        Delete it with its secrets, its deliveries and whatever waits. What is on its way may still arrive.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/webhooks/{part(webhook_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def deliver_cards(
        self,
        round_table_id: str | UUID,
        body: s.Deliver,
        *,
        key: Key = None,
    ) -> s.Delivery:
        """Deliver the cards that a device has collected.

        `POST /v1/round-tables/{round_table_id}/cards:deliver` with the scope assessments:write.

        Take up to 500 cards, each once however often it is delivered, and say of each what became of it. A device
        without connection delivers when it can: what was written before the evening closed is taken afterwards too,
        marked `late`.
        """
        return cast('s.Delivery', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/cards:deliver",
            body=body,
            key=key,
            keyed=True,
        ))

    def dissolve_co_production_lab(
        self,
        lab_id: str | UUID,
        body: s.Dissolution,
        *,
        key: Key = None,
    ) -> s.CoProductionLab:
        """Dissolve a lab.

        `POST /v1/co-production-labs/{lab_id}:dissolve` with the scope community:write.

        End a lab of which nothing came.
        """
        return cast('s.CoProductionLab', self._ask(
            "POST",
            f"/v1/co-production-labs/{part(lab_id)}:dissolve",
            body=body,
            key=key,
            keyed=True,
        ))

    def do_not_ask_again(
        self,
        assessment_id: str | UUID,
        body: s.DoNotAskAgain,
        *,
        key: Key = None,
    ) -> s.AssessmentPublic:
        """Do not ask the person again.

        `POST /v1/assessments/{assessment_id}:do-not-ask` with the scope assessments:write.

        Note with the directory that she is not to be asked again; an assessment under way ends as declined.
        """
        return cast('s.AssessmentPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}:do-not-ask",
            body=body,
            key=key,
            keyed=True,
        ))

    def download_import_lines(
        self,
        import_id: str | UUID,
    ) -> bytes:
        """The same as a sheet, whole.

        `GET /v1/imports/{import_id}/lines.csv` with the scope directory:read.
        """
        return cast('bytes', self._ask(
            "GET",
            f"/v1/imports/{part(import_id)}/lines.csv",
        ))

    def draw_gaps(
        self,
        *,
        labels: str | None = None,
        category: Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None = None,
        concept: str | None = None,
        area: str | None = None,
        language: str | None = None,
        period: str | None = None,
        group_by: str | None = None,
        periods: Literal["quarter", "month"] | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> bytes:
        """The gap report as a picture.

        `GET /v1/reports/gaps.svg` with the scope reports:read.

        Return needs against capabilities as an SVG picture that is read without colour.
        """
        return cast('bytes', self._ask(
            "GET",
            "/v1/reports/gaps.svg",
            query={"labels": labels, "category": category, "concept": concept, "area": area, "language": language, "period": period, "group_by": group_by, "periods": periods, "from": from_, "to": to},
        ))

    def enable_webhook(
        self,
        webhook_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.WebhookPublic:
        """Enable a webhook.

        `POST /v1/webhooks/{webhook_id}:enable` with the scope webhooks:manage.

        Send again, after a pause or after it was disabled, beginning with what has been kept.
        """
        return cast('s.WebhookPublic', self._ask(
            "POST",
            f"/v1/webhooks/{part(webhook_id)}:enable",
            key=key,
            keyed=True,
        ))

    def end_assignment(
        self,
        assignment_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.AssignmentPublic:
        """End an assignment.

        `POST /v1/assignments/{assignment_id}:end` with the scope rights:manage.

        It holds from the next request on, in every service.
        """
        return cast('s.AssignmentPublic', self._ask(
            "POST",
            f"/v1/assignments/{part(assignment_id)}:end",
            key=key,
            keyed=True,
        ))

    def end_council(
        self,
        council_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.CouncilPublic:
        """End a council.

        `POST /v1/councils/{council_id}:end` with the scope community:write.

        End the council and its members' terms.
        """
        return cast('s.CouncilPublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}:end",
            key=key,
            keyed=True,
        ))

    def end_old_webhook_secret(
        self,
        webhook_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.WebhookPublic:
        """Sign with the newer secret alone.

        `POST /v1/webhooks/{webhook_id}:end-old-secret` with the scope webhooks:manage.
        """
        return cast('s.WebhookPublic', self._ask(
            "POST",
            f"/v1/webhooks/{part(webhook_id)}:end-old-secret",
            key=key,
            keyed=True,
        ))

    def end_relation(
        self,
        participant_id: str | UUID,
        relation_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.RelationPublic:
        """End a relation, from either end.

        `POST /v1/participants/{participant_id}/relations/{relation_id}:end` with the scope participants:write.

        It stays as history.
        """
        return cast('s.RelationPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}/relations/{part(relation_id)}:end",
            key=key,
            keyed=True,
        ))

    def erase_person(
        self,
        participant_id: str | UUID,
        body: s.EraseBody,
        *,
        key: Key = None,
    ) -> s.ErasurePublic:
        """Erase a person.

        `POST /v1/participants/{participant_id}:erase` with the scope participants:write.

        For her, and for who registered her with `rights:manage`. It cannot be undone. From the next request on
        nobody sees her, and her grants have ended. Every service is then asked to let go of what it holds, until
        each has; the erasure says who has yet to. What statistics counted stays counted.
        """
        return cast('s.ErasurePublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}:erase",
            body=body,
            key=key,
            keyed=True,
        ))

    def evaluate_project(
        self,
        project_id: str | UUID,
        body: s.EvaluateProject,
        *,
        key: Key = None,
    ) -> s.ProjectPublic:
        """Say how a project's trial went.

        `POST /v1/projects/{project_id}:evaluate` with the scope community:write.

        Note how it went and whether it goes on.
        """
        return cast('s.ProjectPublic', self._ask(
            "POST",
            f"/v1/projects/{part(project_id)}:evaluate",
            body=body,
            key=key,
            keyed=True,
        ))

    def export_assets_as_csv(
        self,
        *,
        q: str | None = None,
        language: str | None = None,
        kind: list[Literal["organisation", "group", "micro_provider", "place", "service", "activity", "person"]] | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        concept: str | None = None,
        near: str | None = None,
        postcode: str | None = None,
        radius_km: float | None = None,
        area: str | None = None,
        open_at: str | datetime | None = None,
        open_from: str | datetime | None = None,
        open_until: str | datetime | None = None,
        cost: Literal["free", "any"] | None = None,
        max_cost: int | None = None,
        access: list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None = None,
        spoken: str | None = None,
        age: int | None = None,
        updated_after: str | datetime | None = None,
        sort: Literal["relevance", "distance", "name"] | None = None,
    ) -> bytes:
        """Export what was found, for a spreadsheet.

        `GET /v1/assets.csv` with the scope directory:read.

        A text that a spreadsheet would take for a formula has an apostrophe before it.
        """
        return cast('bytes', self._ask(
            "GET",
            "/v1/assets.csv",
            query={"q": q, "language": language, "kind": kind, "category": category, "concept": concept, "near": near, "postcode": postcode, "radius_km": radius_km, "area": area, "open_at": open_at, "open_from": open_from, "open_until": open_until, "cost": cost, "max_cost": max_cost, "access": access, "spoken": spoken, "age": age, "updated_after": updated_after, "sort": sort},
        ))

    def export_assets_as_geojson(
        self,
        *,
        q: str | None = None,
        language: str | None = None,
        kind: list[Literal["organisation", "group", "micro_provider", "place", "service", "activity", "person"]] | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        concept: str | None = None,
        near: str | None = None,
        postcode: str | None = None,
        radius_km: float | None = None,
        area: str | None = None,
        open_at: str | datetime | None = None,
        open_from: str | datetime | None = None,
        open_until: str | datetime | None = None,
        cost: Literal["free", "any"] | None = None,
        max_cost: int | None = None,
        access: list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None = None,
        spoken: str | None = None,
        age: int | None = None,
        updated_after: str | datetime | None = None,
        sort: Literal["relevance", "distance", "name"] | None = None,
    ) -> dict[str, Any]:
        """Export what has a place, for a map.

        `GET /v1/assets.geojson` with the scope directory:read.

        A FeatureCollection (RFC 7946): positions are [longitude, latitude]. What has no place is left out.
        """
        return cast('dict[str, Any]', self._ask(
            "GET",
            "/v1/assets.geojson",
            query={"q": q, "language": language, "kind": kind, "category": category, "concept": concept, "near": near, "postcode": postcode, "radius_km": radius_km, "area": area, "open_at": open_at, "open_from": open_from, "open_until": open_until, "cost": cost, "max_cost": max_cost, "access": access, "spoken": spoken, "age": age, "updated_after": updated_after, "sort": sort},
        ))

    def export_assets_as_ndjson(
        self,
        *,
        q: str | None = None,
        language: str | None = None,
        kind: list[Literal["organisation", "group", "micro_provider", "place", "service", "activity", "person"]] | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        concept: str | None = None,
        near: str | None = None,
        postcode: str | None = None,
        radius_km: float | None = None,
        area: str | None = None,
        open_at: str | datetime | None = None,
        open_from: str | datetime | None = None,
        open_until: str | datetime | None = None,
        cost: Literal["free", "any"] | None = None,
        max_cost: int | None = None,
        access: list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None = None,
        spoken: str | None = None,
        age: int | None = None,
        updated_after: str | datetime | None = None,
        sort: Literal["relevance", "distance", "name"] | None = None,
    ) -> bytes:
        """Export what was found, line by line.

        `GET /v1/assets.ndjson` with the scope directory:read.

        One JSON object a line, with everything that is kept of the asset.
        """
        return cast('bytes', self._ask(
            "GET",
            "/v1/assets.ndjson",
            query={"q": q, "language": language, "kind": kind, "category": category, "concept": concept, "near": near, "postcode": postcode, "radius_km": radius_km, "area": area, "open_at": open_at, "open_from": open_from, "open_until": open_until, "cost": cost, "max_cost": max_cost, "access": access, "spoken": spoken, "age": age, "updated_after": updated_after, "sort": sort},
        ))

    def export_directory_as_hsds(
        self,
    ) -> bytes:
        """Export organisations, places and services as an HSDS 3 data package.

        `GET /v1/assets/hsds.zip` with the scope directory:read.

        CSV tables with a datapackage.json, as `POST /v1/imports` takes them in. Texts are as they were written.
        """
        return cast('bytes', self._ask(
            "GET",
            "/v1/assets/hsds.zip",
        ))

    def export_person(
        self,
        participant_id: str | UUID,
        *,
        partial: bool | None = None,
    ) -> s.ExportPublic:
        """Read everything held about a person.

        `GET /v1/participants/{participant_id}/export` with the scope participants:read.

        For her, and for who registered her with `rights:manage`: every row that any service holds about her. Who
        has looked at her data is in it too. The reading is on record. A service that does not answer is named, and
        without `partial` nothing is shown.
        """
        return cast('s.ExportPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/export",
            query={"partial": partial},
        ))

    def finish_project(
        self,
        project_id: str | UUID,
        body: s.FinishProject,
        *,
        key: Key = None,
    ) -> s.ProjectPublic:
        """Finish a project.

        `POST /v1/projects/{project_id}:finish` with the scope community:write.

        Finish a project, with what came of it.
        """
        return cast('s.ProjectPublic', self._ask(
            "POST",
            f"/v1/projects/{part(project_id)}:finish",
            body=body,
            key=key,
            keyed=True,
        ))

    def follow_events(
        self,
        *,
        after: str | None = None,
        wait: float | None = None,
        limit: int | None = None,
    ) -> s.Feed:
        """Follow what happened, in all services.

        `GET /v1/events` with the scope events:read.

        The facts of one service come in its order; between services the earlier goes first. Go on from `next`; with
        `wait`, the answer is held until there is something. `x-cando-facts` says for the first word of a type in
        which collection its subject is fetched, and whether that may be asked for certain `ids`.
        """
        return cast('s.Feed', self._ask(
            "GET",
            "/v1/events",
            query={"after": after, "wait": wait, "limit": limit},
        ))

    def form_council(
        self,
        body: s.FormCouncil,
        *,
        key: Key = None,
    ) -> s.CouncilPublic:
        """Form a council.

        `POST /v1/councils` with the scope community:write.

        Begin a council: its task, seats and quotas.
        """
        return cast('s.CouncilPublic', self._ask(
            "POST",
            "/v1/councils",
            body=body,
            key=key,
            keyed=True,
        ))

    def give_consent(
        self,
        participant_id: str | UUID,
        body: s.ConsentCreate,
        *,
        key: Key = None,
    ) -> s.ConsentPublic:
        """Record a grant of consent.

        `POST /v1/participants/{participant_id}/consents` with the scope participants:write.

        Only she, or the organisation that registered her, can record a grant. It is never changed, only revoked.
        """
        return cast('s.ConsentPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}/consents",
            body=body,
            key=key,
            keyed=True,
        ))

    def give_counts(
        self,
        council_id: str | UUID,
        election_id: str | UUID,
        body: s.GiveCounts,
        *,
        if_match: IfMatch = None,
    ) -> s.ElectionPublic:
        """Give the counts of a meeting.

        `PUT /v1/councils/{council_id}/elections/{election_id}/counts` with the scope community:write.

        Note the votes of a show of hands, and how many were present.
        """
        return cast('s.ElectionPublic', self._ask(
            "PUT",
            f"/v1/councils/{part(council_id)}/elections/{part(election_id)}/counts",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def give_feedback(
        self,
        match_id: str | UUID,
        body: s.FeedbackCreate,
        *,
        key: Key = None,
    ) -> s.FeedbackPublic:
        """Say for one side how it was.

        `POST /v1/matches/{match_id}/feedback` with the scope matching:write.
        """
        return cast('s.FeedbackPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}/feedback",
            body=body,
            key=key,
            keyed=True,
        ))

    def go_to_plenary(
        self,
        round_table_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.RoundTablePublic:
        """Go to the plenary.

        `POST /v1/round-tables/{round_table_id}:to-plenary` with the scope assessments:write.

        Step from open to plenary: the tables present their cards.
        """
        return cast('s.RoundTablePublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}:to-plenary",
            key=key,
            keyed=True,
        ))

    def import_accounts(
        self,
        body: str | bytes,
        *,
        system: str,
        dry_run: bool | None = None,
    ) -> bytes:
        """Bring in accounts with their opening balances (NDJSON).

        `POST /v1/accounts:import`.

        Take up to 1,000 lines (empty ones count), an account each; a line stands or falls by itself. The same lines
        again change nothing. Opening balances are posted once, against the community's account, which may go below
        zero for them. An `Idempotency-Key` is not needed and not looked at: sent again, the lines are taken again.
        """
        return cast('bytes', self._ask(
            "POST",
            "/v1/accounts:import",
            query={"system": system, "dry_run": dry_run},
            body=body,
            media="application/x-ndjson",
        ))

    def import_instrument_xlsform(
        self,
        body: str | bytes,
        *,
        name: str | None = None,
        key: Key = None,
    ) -> s.ImportedPublic:
        """Make a draft from an XLSForm.

        `POST /v1/instruments:import-xlsform` with the scope assessments:write.

        Make a draft from the workbook in the body (at most 5 MB). `not_carried` lists all that it could not hold.
        """
        return cast('s.ImportedPublic', self._ask(
            "POST",
            "/v1/instruments:import-xlsform",
            query={"name": name},
            body=body,
            media="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=key,
            keyed=True,
        ))

    def import_needs(
        self,
        body: str | bytes,
        *,
        system: str,
        dry_run: bool | None = None,
    ) -> bytes:
        """Take needs that another system pushes.

        `POST /v1/needs:import`.

        Each line is one record by its id there. Sent again, it changes nothing; older lines change nothing. One
        line that is refused stops no other. Batches are kept as they are done.
        """
        return cast('bytes', self._ask(
            "POST",
            "/v1/needs:import",
            query={"system": system, "dry_run": dry_run},
            body=body,
            media="application/x-ndjson",
        ))

    def import_offers(
        self,
        body: str | bytes,
        *,
        system: str,
        dry_run: bool | None = None,
    ) -> bytes:
        """Take offers that another system pushes.

        `POST /v1/offers:import`.

        Each line is one record by its id there. Sent again, it changes nothing; older lines change nothing. One
        line that is refused stops no other. Batches are kept as they are done.
        """
        return cast('bytes', self._ask(
            "POST",
            "/v1/offers:import",
            query={"system": system, "dry_run": dry_run},
            body=body,
            media="application/x-ndjson",
        ))

    def import_participants(
        self,
        body: str | bytes,
        *,
        system: str,
        dry_run: bool | None = None,
    ) -> bytes:
        """Take participants that another system pushes.

        `POST /v1/participants:import`.

        Each line is one record by its id there. Sent again, it changes nothing; older lines change nothing. One
        line that is refused stops no other. Batches are kept as they are done.
        """
        return cast('bytes', self._ask(
            "POST",
            "/v1/participants:import",
            query={"system": system, "dry_run": dry_run},
            body=body,
            media="application/x-ndjson",
        ))

    def import_responses(
        self,
        survey_id: str | UUID,
        body: s.ImportResponses,
        *,
        key: Key = None,
    ) -> s.Imported:
        """Bring in many responses.

        `POST /v1/surveys/{survey_id}/responses:import` with the scope assessments:write.

        Take up to 1,000 responses, such as from paper, to your own survey; when one is wrong, none is taken.
        """
        return cast('s.Imported', self._ask(
            "POST",
            f"/v1/surveys/{part(survey_id)}/responses:import",
            body=body,
            key=key,
            keyed=True,
        ))

    def introduce_match(
        self,
        match_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.Introduction:
        """Learn how to reach the other side.

        `POST /v1/matches/{match_id}/introduction` with the scope matching:write.
        """
        return cast('s.Introduction', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}/introduction",
            key=key,
            keyed=True,
        ))

    def invite_people(
        self,
        round_table_id: str | UUID,
        body: s.Invite,
        *,
        key: Key = None,
    ) -> s.InvitationPublic:
        """Invite people.

        `POST /v1/round-tables/{round_table_id}/invitations` with the scope assessments:write.

        Note whom an inviter has asked to come, and how many.
        """
        return cast('s.InvitationPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/invitations",
            body=body,
            key=key,
            keyed=True,
        ))

    def lay_card(
        self,
        round_table_id: str | UUID,
        table_id: str | UUID,
        body: s.LayCard,
        *,
        key: Key = None,
    ) -> s.CardPublic:
        """Lay a card on a table.

        `POST /v1/round-tables/{round_table_id}/tables/{table_id}/cards` with the scope assessments:write.

        Keep an answer to one of the two questions; a card that a device delivers twice counts once.
        """
        return cast('s.CardPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/tables/{part(table_id)}/cards",
            body=body,
            key=key,
            keyed=True,
        ))

    def leave_council(
        self,
        council_id: str | UUID,
        member_id: str | UUID,
        body: s.LeaveCouncil,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MemberPublic:
        """Let a member go.

        `POST /v1/councils/{council_id}/members/{member_id}:leave` with the scope community:write.

        Note that a member leaves; the next by votes moves up, as far as the quotas allow.
        """
        return cast('s.MemberPublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}/members/{part(member_id)}:leave",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def leave_household(
        self,
        participant_id: str | UUID,
    ) -> None:
        """Take back her household.

        `DELETE /v1/participants/{participant_id}/household` with the scope participants:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/participants/{part(participant_id)}/household",
        ))

    def lift_match(
        self,
        match_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MatchPublic:
        """Let a suspended match go on (staff).

        `POST /v1/matches/{match_id}:lift` with the scope matching:write.
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}:lift",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def link_text(
        self,
        body: s.LinkAsk,
        *,
        language: str | None = None,
    ) -> s.Links:
        """Ask which concepts a text is about.

        `POST /v1/concepts:link` with the scope directory:read.

        At most six, most likely first, your community's own terms among them. The text is neither kept nor logged.
        `start` and `end` count characters (Unicode code points). Of a long text the first 2,000 characters are
        read.
        """
        return cast('s.Links', self._ask(
            "POST",
            "/v1/concepts:link",
            query={"language": language},
            body=body,
        ))

    def list_accounts(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        owner_kind: Literal["participant", "organisation", "group", "community"] | None = None,
        owner_id: str | UUID | None = None,
        state: Literal["open", "closed"] | None = None,
        alert: Literal["balanced", "low", "hoarding"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageAccountPublic:
        """List accounts.

        `GET /v1/accounts` with the scope timebank:read.

        List the accounts that the caller's organisation holds or owns; a person sees her own.
        """
        return cast('s.PageAccountPublic', self._ask(
            "GET",
            "/v1/accounts",
            query={"limit": limit, "cursor": cursor, "owner_kind": owner_kind, "owner_id": owner_id, "state": state, "alert": alert, "updated_after": updated_after, "ids": commas(ids), "system": system, "value": value},
        ))

    def list_action_plans(
        self,
        *,
        source_kind: Literal["workshop", "round_table", "council", "project", "lab", "rota"] | None = None,
        source_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageActionPlanPublic:
        """List action plans.

        `GET /v1/action-plans` with the scope community:read.

        Return your organisation's action plans, and how far each has come.
        """
        return cast('s.PageActionPlanPublic', self._ask(
            "GET",
            "/v1/action-plans",
            query={"source_kind": source_kind, "source_id": source_id, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_actions(
        self,
        plan_id: str | UUID,
        *,
        state: Literal["open", "doing", "done", "dropped"] | None = None,
        overdue: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageActionPublic:
        """List the actions.

        `GET /v1/action-plans/{plan_id}/actions` with the scope community:read.

        Return what is to be done, each with its history.
        """
        return cast('s.PageActionPublic', self._ask(
            "GET",
            f"/v1/action-plans/{part(plan_id)}/actions",
            query={"state": state, "overdue": overdue, "limit": limit, "cursor": cursor},
        ))

    def list_activities(
        self,
        *,
        q: str | None = None,
        organisation_id: str | UUID | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageActivityPublic:
        """Search the activities.

        `GET /v1/activities` with the scope directory:read.
        """
        return cast('s.PageActivityPublic', self._ask(
            "GET",
            "/v1/activities",
            query={"q": q, "organisation_id": organisation_id, "category": category, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor, "system": system, "value": value},
        ))

    def list_activity_occurrences(
        self,
        activity_id: str | UUID,
        *,
        from_: str | datetime | None = None,
        until: str | datetime | None = None,
    ) -> s.Occurrences:
        """See when an activity takes place.

        `GET /v1/activities/{activity_id}/occurrences` with the scope directory:read.

        Return the times between, in UTC, at most 500; none of an activity that is not active.
        """
        return cast('s.Occurrences', self._ask(
            "GET",
            f"/v1/activities/{part(activity_id)}/occurrences",
            query={"from": from_, "until": until},
        ))

    def list_allocations(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageAllocationSummary:
        """List an allocation you have asked for.

        `GET /v1/allocations` with the scope matching:read.
        """
        return cast('s.PageAllocationSummary', self._ask(
            "GET",
            "/v1/allocations",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_answer_conflicts(
        self,
        assessment_id: str | UUID,
    ) -> s.Conflicts:
        """List answers in conflict.

        `GET /v1/assessments/{assessment_id}/conflicts` with the scope assessments:read.

        Return every question to which people who had not seen each other's answer said different things.
        """
        return cast('s.Conflicts', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/conflicts",
        ))

    def list_answers(
        self,
        assessment_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageAnswerPublic:
        """Read the answers.

        `GET /v1/assessments/{assessment_id}/answers` with the scope assessments:read.

        Return the present answers in the order they were first given.
        """
        return cast('s.PageAnswerPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/answers",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_areas(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageAreaPublic:
        """List the named parts of the neighbourhood.

        `GET /v1/areas` with the scope directory:read.
        """
        return cast('s.PageAreaPublic', self._ask(
            "GET",
            "/v1/areas",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_assessments(
        self,
        *,
        participant_id: str | UUID | None = None,
        state: Literal["draft", "in_progress", "completed", "reviewed", "declined"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        review_before: str | date | None = None,
        system: str | None = None,
        value: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageAssessmentPublic:
        """List assessments.

        `GET /v1/assessments` with the scope assessments:read.

        Return the assessments that your organisation has started, or a person's own.
        """
        return cast('s.PageAssessmentPublic', self._ask(
            "GET",
            "/v1/assessments",
            query={"participant_id": participant_id, "state": state, "updated_after": updated_after, "ids": commas(ids), "review_before": review_before, "system": system, "value": value, "limit": limit, "cursor": cursor},
        ))

    def list_asset_proposals(
        self,
        *,
        state: Literal["open", "confirmed", "refused"] | None = None,
        kind: Literal["organisation", "group", "micro_provider", "place", "service", "activity"] | None = None,
        survey_id: str | UUID | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageProposalPublic:
        """List what surveys propose to list.

        `GET /v1/asset-proposals` with the scope directory:read.

        Return what responses to your surveys propose; to who manages the directory, those to everybody's.
        """
        return cast('s.PageProposalPublic', self._ask(
            "GET",
            "/v1/asset-proposals",
            query={"state": state, "kind": kind, "survey_id": survey_id, "limit": limit, "cursor": cursor},
        ))

    def list_assignments(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        participant_id: str | UUID | None = None,
        staff_id: str | UUID | None = None,
        live: bool | None = None,
    ) -> s.PageAssignmentPublic:
        """List your organisation's assignments.

        `GET /v1/assignments` with the scope rights:manage.
        """
        return cast('s.PageAssignmentPublic', self._ask(
            "GET",
            "/v1/assignments",
            query={"limit": limit, "cursor": cursor, "participant_id": participant_id, "staff_id": staff_id, "live": live},
        ))

    def list_attendance(
        self,
        round_table_id: str | UUID,
        *,
        kind: str | None = None,
        language: str | None = None,
        table_id: str | UUID | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageAttendancePublic:
        """List who came.

        `GET /v1/round-tables/{round_table_id}/attendance` with the scope assessments:read.

        Return the lines of an evening's attendance.
        """
        return cast('s.PageAttendancePublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/attendance",
            query={"kind": kind, "language": language, "table_id": table_id, "limit": limit, "cursor": cursor},
        ))

    def list_audit(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        subject: str | UUID | None = None,
        actor: str | None = None,
    ) -> s.AuditRows:
        """See what your organisation's apps and staff did.

        `GET /v1/audit` with the scope rights:manage.

        Rows by anybody else's apps and staff are not shown.
        """
        return cast('s.AuditRows', self._ask(
            "GET",
            "/v1/audit",
            query={"limit": limit, "cursor": cursor, "subject": subject, "actor": actor},
        ))

    def list_blocks(
        self,
        participant_id: str | UUID,
    ) -> s.PageBlockPublic:
        """List whom a participant is kept from.

        `GET /v1/participants/{participant_id}/blocks` with the scope participants:write.
        """
        return cast('s.PageBlockPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/blocks",
        ))

    def list_capabilities(
        self,
        assessment_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageCapabilityPublic:
        """List the capabilities of an assessment.

        `GET /v1/assessments/{assessment_id}/capabilities` with the scope assessments:read.

        Return what the person does already or could do, and whether she would share it.
        """
        return cast('s.PageCapabilityPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/capabilities",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_capability_agreements(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
    ) -> s.Agreements:
        """List what she said to it.

        `GET /v1/assessments/{assessment_id}/capabilities/{item_id}/agreements` with the scope assessments:read.

        Return every consent for this one, given or taken back, oldest first.
        """
        return cast('s.Agreements', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}/agreements",
        ))

    def list_capability_risks(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
    ) -> s.Risks:
        """List its risks.

        `GET /v1/assessments/{assessment_id}/capabilities/{item_id}/risks` with the scope assessments:read.

        Return the risks that were weighed, oldest first.
        """
        return cast('s.Risks', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}/risks",
        ))

    def list_cards(
        self,
        round_table_id: str | UUID,
        *,
        table_id: str | UUID | None = None,
        question: int | None = None,
        category: Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None = None,
        image: str | None = None,
        group_id: str | UUID | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageCardPublic:
        """List the cards.

        `GET /v1/round-tables/{round_table_id}/cards` with the scope assessments:read.

        Return the cards of an evening.
        """
        return cast('s.PageCardPublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/cards",
            query={"table_id": table_id, "question": question, "category": category, "image": image, "group_id": group_id, "limit": limit, "cursor": cursor},
        ))

    def list_checks(
        self,
        participant_id: str | UUID,
        *,
        retracted: bool | None = None,
    ) -> s.PageCheckPublic:
        """List the checks of a participant.

        `GET /v1/participants/{participant_id}/checks` with the scope participants:write.
        """
        return cast('s.PageCheckPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/checks",
            query={"retracted": retracted},
        ))

    def list_checks_due(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        within_days: int | None = None,
    ) -> s.PageCheckPublic:
        """List the checks that have ended or soon will.

        `GET /v1/participants/checks-due` with the scope participants:write.

        Of the people whom your organisation registered. One that was renewed by a later one of its kind is left
        out.
        """
        return cast('s.PageCheckPublic', self._ask(
            "GET",
            "/v1/participants/checks-due",
            query={"limit": limit, "cursor": cursor, "within_days": within_days},
        ))

    def list_clients(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        organisation_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        tenant_id: str | UUID | None = None,
    ) -> s.PageClientPublic:
        """List clients.

        `GET /v1/clients` with the scope clients:write.
        """
        return cast('s.PageClientPublic', self._ask(
            "GET",
            "/v1/clients",
            query={"cursor": cursor, "limit": limit, "organisation_id": organisation_id, "updated_after": updated_after, "ids": commas(ids), "tenant_id": tenant_id},
        ))

    def list_co_production_labs(
        self,
        *,
        state: Literal["gathering", "meeting", "concluded", "dissolved"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageCoProductionLab:
        """List labs.

        `GET /v1/co-production-labs` with the scope community:read.

        Return your organisation's labs.
        """
        return cast('s.PageCoProductionLab', self._ask(
            "GET",
            "/v1/co-production-labs",
            query={"state": state, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_community_groups(
        self,
        *,
        q: str | None = None,
        organisation_id: str | UUID | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageCommunityGroupPublic:
        """Search the groups.

        `GET /v1/groups` with the scope directory:read.
        """
        return cast('s.PageCommunityGroupPublic', self._ask(
            "GET",
            "/v1/groups",
            query={"q": q, "organisation_id": organisation_id, "category": category, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor, "system": system, "value": value},
        ))

    def list_concepts(
        self,
        *,
        q: str | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        language: str | None = None,
    ) -> s.Concepts:
        """List the concepts, or find some while typing.

        `GET /v1/concepts` with the scope directory:read.

        All concepts in a steady order, or with `q` those that may be meant, the likeliest first and on one page.
        """
        return cast('s.Concepts', self._ask(
            "GET",
            "/v1/concepts",
            query={"q": q, "category": category, "limit": limit, "cursor": cursor, "language": language},
        ))

    def list_connection_run_lines(
        self,
        connection_id: str | UUID,
        run_id: str | UUID,
        *,
        outcome: Literal["created", "updated", "unchanged", "skipped", "refused", "conflict"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageConnectionLine:
        """List what a run did, thing by thing.

        `GET /v1/connections/{connection_id}/runs/{run_id}/lines` with the scope connections:manage.
        """
        return cast('s.PageConnectionLine', self._ask(
            "GET",
            f"/v1/connections/{part(connection_id)}/runs/{part(run_id)}/lines",
            query={"outcome": outcome, "limit": limit, "cursor": cursor},
        ))

    def list_connection_runs(
        self,
        connection_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageConnectionRunPublic:
        """List the runs, the latest first.

        `GET /v1/connections/{connection_id}/runs` with the scope connections:manage.
        """
        return cast('s.PageConnectionRunPublic', self._ask(
            "GET",
            f"/v1/connections/{part(connection_id)}/runs",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_connections(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageConnectionPublic:
        """List your organisation's connections.

        `GET /v1/connections` with the scope connections:manage.
        """
        return cast('s.PageConnectionPublic', self._ask(
            "GET",
            "/v1/connections",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_consents(
        self,
        participant_id: str | UUID,
        *,
        live: bool | None = None,
    ) -> s.PageConsentPublic:
        """List all grants, also ended ones.

        `GET /v1/participants/{participant_id}/consents` with the scope participants:read.

        You see all of them if you registered the participant or are she, else those that name your organisation.
        """
        return cast('s.PageConsentPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/consents",
            query={"live": live},
        ))

    def list_council_candidates(
        self,
        council_id: str | UUID,
        *,
        state: Literal["standing", "withdrawn"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageCandidatePublic:
        """List who stands.

        `GET /v1/councils/{council_id}/candidates` with the scope community:read.

        Return those who stand or stood.
        """
        return cast('s.PageCandidatePublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/candidates",
            query={"state": state, "limit": limit, "cursor": cursor},
        ))

    def list_council_members(
        self,
        council_id: str | UUID,
        *,
        state: Literal["serving", "left", "ended"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageMemberPublic:
        """List the members.

        `GET /v1/councils/{council_id}/members` with the scope community:read.

        Return who serves, and who served before.
        """
        return cast('s.PageMemberPublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/members",
            query={"state": state, "limit": limit, "cursor": cursor},
        ))

    def list_councils(
        self,
        *,
        state: Literal["forming", "electing", "elected", "ended"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageCouncilPublic:
        """List councils.

        `GET /v1/councils` with the scope community:read.

        Return your organisation's councils.
        """
        return cast('s.PageCouncilPublic', self._ask(
            "GET",
            "/v1/councils",
            query={"state": state, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_duplicates(
        self,
        *,
        kind: Literal["organisations", "groups", "micro-providers", "places", "services", "participants"] | None = None,
        state: Literal["open", "refused", "merged"] | None = None,
        entry_id: str | UUID | None = None,
        likelihood: Literal["likely", "possible"] | None = None,
        minimum: float | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageDuplicatePublic:
        """List what may be the same, the most likely first.

        `GET /v1/duplicates` with the scope directory:read.

        Pairs of participants are shown to organisations that may see both and registered one of them.
        """
        return cast('s.PageDuplicatePublic', self._ask(
            "GET",
            "/v1/duplicates",
            query={"kind": kind, "state": state, "entry_id": entry_id, "likelihood": likelihood, "minimum": minimum, "limit": limit, "cursor": cursor},
        ))

    def list_elections(
        self,
        council_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageElectionPublic:
        """List elections.

        `GET /v1/councils/{council_id}/elections` with the scope community:read.

        Return a council's elections; how ties were settled stays with them.
        """
        return cast('s.PageElectionPublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/elections",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_electorates(
        self,
        council_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageElectoratePublic:
        """List the electorates.

        `GET /v1/councils/{council_id}/electorates` with the scope community:read.

        Return the language communities that may vote.
        """
        return cast('s.PageElectoratePublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/electorates",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_erasures(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageErasurePublic:
        """List erasures of people whom you registered.

        `GET /v1/erasures` with the scope rights:manage.
        """
        return cast('s.PageErasurePublic', self._ask(
            "GET",
            "/v1/erasures",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_feedback(
        self,
        match_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageFeedbackPublic:
        """Read your own side's feedback.

        `GET /v1/matches/{match_id}/feedback` with the scope matching:read.
        """
        return cast('s.PageFeedbackPublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/feedback",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_feeds(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageFeedPublic:
        """List the feeds that are followed.

        `GET /v1/feeds` with the scope directory:manage.
        """
        return cast('s.PageFeedPublic', self._ask(
            "GET",
            "/v1/feeds",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_groups(
        self,
        round_table_id: str | UUID,
        *,
        language: str | None = None,
        question: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageGroupPublic:
        """List the groups of like cards.

        `GET /v1/round-tables/{round_table_id}/groups` with the scope assessments:read.

        Return the groups with the cards in them that the plenary sees.
        """
        return cast('s.PageGroupPublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/groups",
            query={"language": language, "question": question, "limit": limit, "cursor": cursor},
        ))

    def list_hours(
        self,
        match_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageHoursPublic:
        """List the hours of a match.

        `GET /v1/matches/{match_id}/hours` with the scope matching:read.
        """
        return cast('s.PageHoursPublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/hours",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_identity_providers(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        organisation_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        tenant_id: str | UUID | None = None,
    ) -> s.PageIdentityProviderPublic:
        """List identity providers.

        `GET /v1/identity-providers` with the scope clients:write.
        """
        return cast('s.PageIdentityProviderPublic', self._ask(
            "GET",
            "/v1/identity-providers",
            query={"cursor": cursor, "limit": limit, "organisation_id": organisation_id, "updated_after": updated_after, "ids": commas(ids), "tenant_id": tenant_id},
        ))

    def list_import_lines(
        self,
        import_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageImportLinePublic:
        """Read what an import could not use.

        `GET /v1/imports/{import_id}/lines` with the scope directory:read.
        """
        return cast('s.PageImportLinePublic', self._ask(
            "GET",
            f"/v1/imports/{part(import_id)}/lines",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_imports(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageImportPublic:
        """List imports.

        `GET /v1/imports` with the scope directory:read.
        """
        return cast('s.PageImportPublic', self._ask(
            "GET",
            "/v1/imports",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_instruments(
        self,
        *,
        language: str | None = None,
        use: Literal["assessment", "survey", "round_table"] | None = None,
        name: str | None = None,
        state: Literal["draft", "published", "withdrawn"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageInstrumentSummary:
        """List the instruments there are.

        `GET /v1/instruments` with the scope assessments:read.

        Return names, versions and languages, the shipped ones and your own; read one for its questions.
        """
        return cast('s.PageInstrumentSummary', self._ask(
            "GET",
            "/v1/instruments",
            query={"language": language, "use": use, "name": name, "state": state, "limit": limit, "cursor": cursor},
        ))

    def list_invitations(
        self,
        round_table_id: str | UUID,
        *,
        state: Literal["invited", "accepted", "declined", "attended"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageInvitationPublic:
        """List the invitations.

        `GET /v1/round-tables/{round_table_id}/invitations` with the scope assessments:read.

        Return who was invited by whom.
        """
        return cast('s.PageInvitationPublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/invitations",
            query={"state": state, "limit": limit, "cursor": cursor},
        ))

    def list_lab_meetings(
        self,
        lab_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageLabMeetingPublic:
        """List the meetings of a lab.

        `GET /v1/co-production-labs/{lab_id}/meetings` with the scope community:read.

        Return the meetings.
        """
        return cast('s.PageLabMeetingPublic', self._ask(
            "GET",
            f"/v1/co-production-labs/{part(lab_id)}/meetings",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_lab_members(
        self,
        lab_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageLabMemberPublic:
        """List the members of a lab.

        `GET /v1/co-production-labs/{lab_id}/members` with the scope community:read.

        Return the seats, those that were left too.
        """
        return cast('s.PageLabMemberPublic', self._ask(
            "GET",
            f"/v1/co-production-labs/{part(lab_id)}/members",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_labs(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageLabsSummary:
        """List labs you have asked for.

        `GET /v1/labs` with the scope matching:read.
        """
        return cast('s.PageLabsSummary', self._ask(
            "GET",
            "/v1/labs",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_looks(
        self,
        participant_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.LooksPublic:
        """See who looked at a participant's data.

        `GET /v1/participants/{participant_id}/looks` with the scope participants:read.

        Everything on record about her in every service, to herself and to who registered her.
        """
        return cast('s.LooksPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/looks",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_matches(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["proposed", "accepted", "introduced", "active", "completed", "declined", "withdrawn", "suspended", "expired"] | None = None,
        listing_id: str | UUID | None = None,
        listing_ids: str | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
    ) -> s.PageMatchPublic:
        """List the matches you may see.

        `GET /v1/matches` with the scope matching:read.
        """
        return cast('s.PageMatchPublic', self._ask(
            "GET",
            "/v1/matches",
            query={"limit": limit, "cursor": cursor, "state": state, "listing_id": listing_id, "listing_ids": listing_ids, "updated_after": updated_after, "ids": commas(ids)},
        ))

    def list_merges(
        self,
        *,
        kind: Literal["organisations", "groups", "micro-providers", "places", "services", "participants"] | None = None,
        entry_id: str | UUID | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageMergePublic:
        """List what was merged.

        `GET /v1/merges` with the scope directory:read.
        """
        return cast('s.PageMergePublic', self._ask(
            "GET",
            "/v1/merges",
            query={"kind": kind, "entry_id": entry_id, "limit": limit, "cursor": cursor},
        ))

    def list_messages(
        self,
        match_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageMessagePublic:
        """Read what the two sides have written.

        `GET /v1/matches/{match_id}/messages` with the scope matching:read.
        """
        return cast('s.PageMessagePublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/messages",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_micro_providers(
        self,
        *,
        q: str | None = None,
        organisation_id: str | UUID | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageMicroProviderPublic:
        """Search the micro providers.

        `GET /v1/micro-providers` with the scope directory:read.
        """
        return cast('s.PageMicroProviderPublic', self._ask(
            "GET",
            "/v1/micro-providers",
            query={"q": q, "organisation_id": organisation_id, "category": category, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor, "system": system, "value": value},
        ))

    def list_named_responses(
        self,
        survey_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageNamedResponse:
        """List responses of organisations.

        `GET /v1/surveys/{survey_id}/responses` with the scope assessments:read.

        Return, to the holder, the responses of organisations that name themselves; never an anonymous one.
        """
        return cast('s.PageNamedResponse', self._ask(
            "GET",
            f"/v1/surveys/{part(survey_id)}/responses",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_need_candidates(
        self,
        need_id: str | UUID,
        *,
        limit: int | None = None,
        language: str | None = None,
    ) -> s.OfferCandidates:
        """See which offers fit a need, and why.

        `GET /v1/needs/{need_id}/candidates` with the scope matching:read.

        The best come first, each with its score, the factors that add up to it and the reasons for it. Names, texts
        and addresses are not in it: you see the category, and what was released for this. `held_back` says how many
        others each rule kept out (fewer than five are "a few"). Whoever has not consented to `matching` towards
        your organisation, is kept apart from this person or does not want to be asked appears nowhere, counts
        included.
        """
        return cast('s.OfferCandidates', self._ask(
            "GET",
            f"/v1/needs/{part(need_id)}/candidates",
            query={"limit": limit, "language": language},
        ))

    def list_needs(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["stated", "recognised", "open", "met", "withdrawn"] | None = None,
        category: Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None = None,
        participant_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageNeedPublic:
        """List the needs you may see.

        `GET /v1/needs` with the scope matching:read.
        """
        return cast('s.PageNeedPublic', self._ask(
            "GET",
            "/v1/needs",
            query={"limit": limit, "cursor": cursor, "state": state, "category": category, "participant_id": participant_id, "updated_after": updated_after, "ids": commas(ids), "system": system, "value": value},
        ))

    def list_negotiations(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
    ) -> s.Negotiations:
        """List how it was negotiated.

        `GET /v1/assessments/{assessment_id}/needs/{item_id}/negotiations` with the scope assessments:read.

        Return every time that the two talked about it, oldest first.
        """
        return cast('s.Negotiations', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}/negotiations",
        ))

    def list_notices(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        purpose: Literal["assessment", "matching", "introduction", "timebank", "referral", "research", "acting", "directory", "public_listing"] | None = None,
    ) -> s.PageNoticePublic:
        """List the notices.

        `GET /v1/notices` with the scope participants:read.
        """
        return cast('s.PageNoticePublic', self._ask(
            "GET",
            "/v1/notices",
            query={"limit": limit, "cursor": cursor, "purpose": purpose},
        ))

    def list_offer_candidates(
        self,
        offer_id: str | UUID,
        *,
        limit: int | None = None,
        language: str | None = None,
    ) -> s.NeedCandidates:
        """See whom an offer fits, and why.

        `GET /v1/offers/{offer_id}/candidates` with the scope matching:read.

        The same as for a need, seen from the other side: whom could this serve, how well, and why.
        """
        return cast('s.NeedCandidates', self._ask(
            "GET",
            f"/v1/offers/{part(offer_id)}/candidates",
            query={"limit": limit, "language": language},
        ))

    def list_offers(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["open", "paused", "used_up", "withdrawn"] | None = None,
        category: Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None = None,
        participant_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageOfferPublic:
        """List the offers you may see.

        `GET /v1/offers` with the scope matching:read.
        """
        return cast('s.PageOfferPublic', self._ask(
            "GET",
            "/v1/offers",
            query={"limit": limit, "cursor": cursor, "state": state, "category": category, "participant_id": participant_id, "updated_after": updated_after, "ids": commas(ids), "system": system, "value": value},
        ))

    def list_organisations(
        self,
        *,
        q: str | None = None,
        organisation_id: str | UUID | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageOrganisationPublic:
        """Search the organisations.

        `GET /v1/organisations` with the scope directory:read.
        """
        return cast('s.PageOrganisationPublic', self._ask(
            "GET",
            "/v1/organisations",
            query={"q": q, "organisation_id": organisation_id, "category": category, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor, "system": system, "value": value},
        ))

    def list_outcomes(
        self,
        assessment_id: str | UUID,
    ) -> s.Outcomes:
        """List what she wants to change.

        `GET /v1/assessments/{assessment_id}/outcomes` with the scope assessments:read.

        Return the outcomes that she chose, with every rating and the matches that they came of.
        """
        return cast('s.Outcomes', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/outcomes",
        ))

    def list_overrides(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        participant_id: str | UUID | None = None,
        reviewed: bool | None = None,
    ) -> s.PageOverridePublic:
        """List the overrides by your organisation's staff.

        `GET /v1/overrides` with the scope rights:manage.
        """
        return cast('s.PageOverridePublic', self._ask(
            "GET",
            "/v1/overrides",
            query={"limit": limit, "cursor": cursor, "participant_id": participant_id, "reviewed": reviewed},
        ))

    def list_participants(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageParticipantPublic:
        """List the participants you may see.

        `GET /v1/participants` with the scope participants:read.
        """
        return cast('s.PageParticipantPublic', self._ask(
            "GET",
            "/v1/participants",
            query={"limit": limit, "cursor": cursor, "updated_after": updated_after, "ids": commas(ids), "system": system, "value": value},
        ))

    def list_people(
        self,
        *,
        participant_id: str | UUID | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        agreed: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PagePersonPublic:
        """See what people can do who show it to you.

        `GET /v1/people` with the scope participants:read.

        Return the entries that you may see at this moment; a grant that has ended shows nothing any more.
        """
        return cast('s.PagePersonPublic', self._ask(
            "GET",
            "/v1/people",
            query={"participant_id": participant_id, "category": category, "updated_after": updated_after, "ids": commas(ids), "agreed": agreed, "limit": limit, "cursor": cursor},
        ))

    def list_places(
        self,
        *,
        q: str | None = None,
        organisation_id: str | UUID | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PagePlacePublic:
        """Search the places.

        `GET /v1/places` with the scope directory:read.
        """
        return cast('s.PagePlacePublic', self._ask(
            "GET",
            "/v1/places",
            query={"q": q, "organisation_id": organisation_id, "category": category, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor, "system": system, "value": value},
        ))

    def list_postcodes(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PagePostcodePublic:
        """List the postcodes that are loaded.

        `GET /v1/postcodes` with the scope directory:read.
        """
        return cast('s.PagePostcodePublic', self._ask(
            "GET",
            "/v1/postcodes",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_projects(
        self,
        *,
        state: Literal["proposed", "agreed", "running", "finished", "stopped"] | None = None,
        council_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageProjectPublic:
        """List projects.

        `GET /v1/projects` with the scope community:read.

        Return your organisation's projects.
        """
        return cast('s.PageProjectPublic', self._ask(
            "GET",
            "/v1/projects",
            query={"state": state, "council_id": council_id, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_publications(
        self,
        *,
        kind: Literal["offer", "need"] | None = None,
        state: Literal["published", "withdrawn"] | None = None,
        participant_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PagePublicationPublic:
        """List what was made known.

        `GET /v1/publications` with the scope assessments:read.

        Return the organisation's publications, or a person's own, with what matching made of them.
        """
        return cast('s.PagePublicationPublic', self._ask(
            "GET",
            "/v1/publications",
            query={"kind": kind, "state": state, "participant_id": participant_id, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_relations(
        self,
        participant_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        ended: bool | None = None,
    ) -> s.PageRelationPublic:
        """List the relations of a participant, from her end.

        `GET /v1/participants/{participant_id}/relations` with the scope participants:write.

        For her and for who registered her, who is shown those whose other end she may see as well.
        """
        return cast('s.PageRelationPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/relations",
            query={"limit": limit, "cursor": cursor, "ended": ended},
        ))

    def list_retention_reports(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageRetentionReportPublic:
        """List reports, the oldest first.

        `GET /v1/retention/reports` with the scope rights:manage.
        """
        return cast('s.PageRetentionReportPublic', self._ask(
            "GET",
            "/v1/retention/reports",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_rights_requests(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["open", "done", "refused"] | None = None,
        overdue: bool | None = None,
    ) -> s.PageRightsRequestPublic:
        """List requests, the first due first.

        `GET /v1/rights-requests` with the scope participants:read.
        """
        return cast('s.PageRightsRequestPublic', self._ask(
            "GET",
            "/v1/rights-requests",
            query={"limit": limit, "cursor": cursor, "state": state, "overdue": overdue},
        ))

    def list_rings(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageRingsSummary:
        """List rings you have asked for.

        `GET /v1/rings` with the scope matching:read.
        """
        return cast('s.PageRingsSummary', self._ask(
            "GET",
            "/v1/rings",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_risks(
        self,
        match_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageRiskPublic:
        """Read the risks of a match.

        `GET /v1/matches/{match_id}/risks` with the scope matching:read.
        """
        return cast('s.PageRiskPublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/risks",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_rotas(
        self,
        *,
        project_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageRotaPublic:
        """List rotas.

        `GET /v1/rotas` with the scope community:read.

        Return your organisation's rotas.
        """
        return cast('s.PageRotaPublic', self._ask(
            "GET",
            "/v1/rotas",
            query={"project_id": project_id, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_round_tables(
        self,
        *,
        state: Literal["planned", "inviting", "open", "plenary", "closed"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageRoundTablePublic:
        """List round tables.

        `GET /v1/round-tables` with the scope assessments:read.

        Return your organisation's round tables.
        """
        return cast('s.PageRoundTablePublic', self._ask(
            "GET",
            "/v1/round-tables",
            query={"state": state, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_services(
        self,
        *,
        q: str | None = None,
        organisation_id: str | UUID | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageServicePublic:
        """Search the services.

        `GET /v1/services` with the scope directory:read.
        """
        return cast('s.PageServicePublic', self._ask(
            "GET",
            "/v1/services",
            query={"q": q, "organisation_id": organisation_id, "category": category, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor, "system": system, "value": value},
        ))

    def list_sittings(
        self,
        assessment_id: str | UUID,
    ) -> s.Sittings:
        """List the sittings.

        `GET /v1/assessments/{assessment_id}/sittings` with the scope assessments:read.

        Return the sittings, oldest first.
        """
        return cast('s.Sittings', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/sittings",
        ))

    def list_spending(
        self,
        project_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageSpendingPublic:
        """List what a project spent.

        `GET /v1/projects/{project_id}/spending` with the scope community:read.

        Return every sum, in the order noted.
        """
        return cast('s.PageSpendingPublic', self._ask(
            "GET",
            f"/v1/projects/{part(project_id)}/spending",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_staff(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        organisation_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        tenant_id: str | UUID | None = None,
    ) -> s.PageStaffPublic:
        """List staff.

        `GET /v1/staff` with the scope clients:write.
        """
        return cast('s.PageStaffPublic', self._ask(
            "GET",
            "/v1/staff",
            query={"cursor": cursor, "limit": limit, "organisation_id": organisation_id, "updated_after": updated_after, "ids": commas(ids), "tenant_id": tenant_id},
        ))

    def list_stale_assets(
        self,
        *,
        months: int | None = None,
        kind: Literal["organisation", "group", "micro_provider", "place", "service", "activity"] | None = None,
        mine: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageStaleAsset:
        """List what nobody has confirmed for long.

        `GET /v1/assets/stale` with the scope directory:read.

        Return entries of every kind but people, the longest unconfirmed first.
        """
        return cast('s.PageStaleAsset', self._ask(
            "GET",
            "/v1/assets/stale",
            query={"months": months, "kind": kind, "mine": mine, "limit": limit, "cursor": cursor},
        ))

    def list_stated_need_agreements(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
    ) -> s.Agreements:
        """List what she said to it.

        `GET /v1/assessments/{assessment_id}/needs/{item_id}/agreements` with the scope assessments:read.

        Return every consent for this one, given or taken back, oldest first.
        """
        return cast('s.Agreements', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}/agreements",
        ))

    def list_stated_need_risks(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
    ) -> s.Risks:
        """List its risks.

        `GET /v1/assessments/{assessment_id}/needs/{item_id}/risks` with the scope assessments:read.

        Return the risks that were weighed, oldest first.
        """
        return cast('s.Risks', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}/risks",
        ))

    def list_stated_needs(
        self,
        assessment_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageStatedNeedPublic:
        """List the needs of an assessment.

        `GET /v1/assessments/{assessment_id}/needs` with the scope assessments:read.

        Return what the person wants help with, and what she does about it herself.
        """
        return cast('s.PageStatedNeedPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/needs",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_surveys(
        self,
        *,
        state: Literal["open", "closed"] | None = None,
        instrument_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageSurveyPublic:
        """List surveys.

        `GET /v1/surveys` with the scope assessments:read.

        Return the surveys of the neighbourhood.
        """
        return cast('s.PageSurveyPublic', self._ask(
            "GET",
            "/v1/surveys",
            query={"state": state, "instrument_id": instrument_id, "updated_after": updated_after, "ids": commas(ids), "limit": limit, "cursor": cursor},
        ))

    def list_swaps(
        self,
        rota_id: str | UUID,
        *,
        state: Literal["proposed", "accepted", "declined", "lapsed"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageSwapPublic:
        """List swaps.

        `GET /v1/rotas/{rota_id}/swaps` with the scope community:read.

        Return the swaps of a rota.
        """
        return cast('s.PageSwapPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/swaps",
            query={"state": state, "limit": limit, "cursor": cursor},
        ))

    def list_tables(
        self,
        round_table_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageTablePublic:
        """List the tables.

        `GET /v1/round-tables/{round_table_id}/tables` with the scope assessments:read.

        Return the tables of an evening.
        """
        return cast('s.PageTablePublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/tables",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_taxonomies(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageTaxonomyPublic:
        """List the taxonomies that services are classified by.

        `GET /v1/taxonomies` with the scope directory:read.

        Our own is among them, in the order of the ids.
        """
        return cast('s.PageTaxonomyPublic', self._ask(
            "GET",
            "/v1/taxonomies",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_taxonomy_terms(
        self,
        taxonomy_id: str | UUID,
        *,
        q: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageTaxonomyTermPublic:
        """List or search a taxonomy's terms.

        `GET /v1/taxonomies/{taxonomy_id}/terms` with the scope directory:read.
        """
        return cast('s.PageTaxonomyTermPublic', self._ask(
            "GET",
            f"/v1/taxonomies/{part(taxonomy_id)}/terms",
            query={"q": q, "limit": limit, "cursor": cursor},
        ))

    def list_tenants(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> s.PageTenantPublic:
        """List tenants.

        `GET /v1/tenants`.

        Show the caller's own tenant; to the bootstrap key, all.
        """
        return cast('s.PageTenantPublic', self._ask(
            "GET",
            "/v1/tenants",
            query={"cursor": cursor, "limit": limit},
        ))

    def list_terms(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageTermPublic:
        """List your community's own names of concepts.

        `GET /v1/terms` with the scope directory:read.
        """
        return cast('s.PageTermPublic', self._ask(
            "GET",
            "/v1/terms",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_transfers(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        account_id: str | UUID | None = None,
        kind: Literal["transfer", "hours", "donation", "reversal", "opening"] | None = None,
        match_id: str | UUID | None = None,
        updated_after: str | datetime | None = None,
        ids: Ids = None,
        system: str | None = None,
        value: str | None = None,
    ) -> s.PageTransferPublic:
        """List transfers.

        `GET /v1/transfers` with the scope timebank:read.

        List the transfers that touch an account which the caller may see.
        """
        return cast('s.PageTransferPublic', self._ask(
            "GET",
            "/v1/transfers",
            query={"limit": limit, "cursor": cursor, "account_id": account_id, "kind": kind, "match_id": match_id, "updated_after": updated_after, "ids": commas(ids), "system": system, "value": value},
        ))

    def list_turns(
        self,
        rota_id: str | UUID,
        *,
        state: Literal["planned", "done", "missed", "swapped", "freed", "replanned"] | None = None,
        volunteer_id: str | UUID | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageTurnPublic:
        """List turns.

        `GET /v1/rotas/{rota_id}/turns` with the scope community:read.

        Return turns, those that were swapped, freed or planned anew too.
        """
        return cast('s.PageTurnPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/turns",
            query={"state": state, "volunteer_id": volunteer_id, "limit": limit, "cursor": cursor},
        ))

    def list_volunteers(
        self,
        rota_id: str | UUID,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> s.PageVolunteerPublic:
        """List volunteers.

        `GET /v1/rotas/{rota_id}/volunteers` with the scope community:read.

        Return the volunteers, those who have left too.
        """
        return cast('s.PageVolunteerPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/volunteers",
            query={"limit": limit, "cursor": cursor},
        ))

    def list_webhook_deliveries(
        self,
        webhook_id: str | UUID,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["waiting", "delivered", "failed"] | None = None,
        event_type: str | None = None,
        updated_after: str | datetime | None = None,
    ) -> s.PageDeliveryPublic:
        """List what was or is to be sent.

        `GET /v1/webhooks/{webhook_id}/deliveries` with the scope webhooks:manage.

        Show deliveries, the eldest first; they are kept for 30 days.
        """
        return cast('s.PageDeliveryPublic', self._ask(
            "GET",
            f"/v1/webhooks/{part(webhook_id)}/deliveries",
            query={"cursor": cursor, "limit": limit, "state": state, "event_type": event_type, "updated_after": updated_after},
        ))

    def list_webhooks(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        updated_after: str | datetime | None = None,
    ) -> s.PageWebhookPublic:
        """List your organisation's webhooks.

        `GET /v1/webhooks` with the scope webhooks:manage.
        """
        return cast('s.PageWebhookPublic', self._ask(
            "GET",
            "/v1/webhooks",
            query={"cursor": cursor, "limit": limit, "updated_after": updated_after},
        ))

    def load_postcodes(
        self,
        body: str | bytes,
        *,
        mode: Literal["add", "replace"] | None = None,
        key: Key = None,
    ) -> s.PostcodesLoaded:
        """Load a list of postcodes (CSV).

        `POST /v1/postcodes:load` with the scope directory:manage.

        The first line names the columns: postcode, latitude, longitude and, if you like, area. A bad line is
        reported. Cando brings no postcodes of its own: use the list that your country's post or statistics office
        publishes.
        """
        return cast('s.PostcodesLoaded', self._ask(
            "POST",
            "/v1/postcodes:load",
            query={"mode": mode},
            body=body,
            media="text/csv",
            key=key,
            keyed=True,
        ))

    def look_for_duplicates(
        self,
        body: s.DuplicatesLook,
        *,
        key: Key = None,
    ) -> s.DuplicatesLooked:
        """Look for entries that may be the same.

        `POST /v1/duplicates:look` with the scope directory:read.

        One entry at once; everything of a kind in the background. It needs the scope that deciding needs.
        """
        return cast('s.DuplicatesLooked', self._ask(
            "POST",
            "/v1/duplicates:look",
            body=body,
            key=key,
            keyed=True,
        ))

    def make_action_plan(
        self,
        body: s.MakeActionPlan,
        *,
        key: Key = None,
    ) -> s.ActionPlanPublic:
        """Make an action plan.

        `POST /v1/action-plans` with the scope community:write.

        Make a plan, with its first actions.
        """
        return cast('s.ActionPlanPublic', self._ask(
            "POST",
            "/v1/action-plans",
            body=body,
            key=key,
            keyed=True,
        ))

    def make_group(
        self,
        round_table_id: str | UUID,
        body: s.MakeGroup,
        *,
        key: Key = None,
    ) -> s.GroupPublic:
        """Make a group by hand.

        `POST /v1/round-tables/{round_table_id}/groups` with the scope assessments:write.

        Make an empty group; cards are put into it one by one.
        """
        return cast('s.GroupPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/groups",
            body=body,
            key=key,
            keyed=True,
        ))

    def make_relation(
        self,
        participant_id: str | UUID,
        body: s.RelationCreate,
        *,
        key: Key = None,
    ) -> s.RelationPublic:
        """Note how two participants belong together.

        `POST /v1/participants/{participant_id}/relations` with the scope participants:write.

        You must be allowed to see both. Who acts for somebody needs that side's yes (`:confirm`) before it holds.
        """
        return cast('s.RelationPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}/relations",
            body=body,
            key=key,
            keyed=True,
        ))

    def make_transfer(
        self,
        body: s.TransferCreate,
        *,
        key: Key = None,
    ) -> s.TransferPublic:
        """Transfer hours.

        `POST /v1/transfers` with the scope timebank:write.

        Move hours from an account that the caller's organisation keeps to any open account.
        """
        return cast('s.TransferPublic', self._ask(
            "POST",
            "/v1/transfers",
            body=body,
            key=key,
            keyed=True,
        ))

    def mark_turn_done(
        self,
        rota_id: str | UUID,
        turn_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.TurnPublic:
        """Mark a turn as done.

        `POST /v1/rotas/{rota_id}/turns/{turn_id}:done` with the scope community:write.

        Note that it was done.
        """
        return cast('s.TurnPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}/turns/{part(turn_id)}:done",
            key=key,
            keyed=True,
        ))

    def mark_turn_missed(
        self,
        rota_id: str | UUID,
        turn_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.TurnPublic:
        """Mark a turn as missed.

        `POST /v1/rotas/{rota_id}/turns/{turn_id}:missed` with the scope community:write.

        Note that nobody came for it.
        """
        return cast('s.TurnPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}/turns/{part(turn_id)}:missed",
            key=key,
            keyed=True,
        ))

    def merge_answers(
        self,
        assessment_id: str | UUID,
        body: s.MergeAnswers,
        *,
        key: Key = None,
    ) -> s.Merged:
        """Merge answers that devices gathered.

        `POST /v1/assessments/{assessment_id}/answers:merge` with the scope assessments:write.

        Keep up to 500 answers, each once by its `client_id`; where two authors differ, both are kept and shown.
        """
        return cast('s.Merged', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/answers:merge",
            body=body,
            key=key,
            keyed=True,
        ))

    def merge_duplicate(
        self,
        duplicate_id: str | UUID,
        body: s.DuplicateMerge,
        *,
        key: Key = None,
    ) -> s.MergePublic:
        """Make the two one.

        `POST /v1/duplicates/{duplicate_id}:merge` with the scope directory:read.

        Needs `directory:manage`, for participants `participants:write`. It can be undone.
        """
        return cast('s.MergePublic', self._ask(
            "POST",
            f"/v1/duplicates/{part(duplicate_id)}:merge",
            body=body,
            key=key,
            keyed=True,
        ))

    def merge_groups(
        self,
        round_table_id: str | UUID,
        group_id: str | UUID,
        body: s.Merge,
        *,
        key: Key = None,
    ) -> s.GroupPublic:
        """Merge a group into another.

        `POST /v1/round-tables/{round_table_id}/groups/{group_id}:merge` with the scope assessments:write.

        Move a group's cards and dots into another one of the same question.
        """
        return cast('s.GroupPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/groups/{part(group_id)}:merge",
            body=body,
            key=key,
            keyed=True,
        ))

    def negotiate_stated_need(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.Negotiate,
        *,
        key: Key = None,
    ) -> s.StatedNeedPublic:
        """Agree on a need.

        `POST /v1/assessments/{assessment_id}/needs/{item_id}:negotiate` with the scope assessments:write.

        Note what the person and the worker make of it: recognised when both agree; else why not.
        """
        return cast('s.StatedNeedPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}:negotiate",
            body=body,
            key=key,
            keyed=True,
        ))

    def note_attendance(
        self,
        round_table_id: str | UUID,
        body: s.NoteAttendance,
        *,
        key: Key = None,
    ) -> s.AttendancePublic:
        """Note who came.

        `POST /v1/round-tables/{round_table_id}/attendance` with the scope assessments:write.

        Note some people by a count, or one of them by name.
        """
        return cast('s.AttendancePublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/attendance",
            body=body,
            key=key,
            keyed=True,
        ))

    def note_electorate(
        self,
        council_id: str | UUID,
        body: s.NoteElectorate,
        *,
        key: Key = None,
    ) -> s.ElectoratePublic:
        """Note an electorate.

        `POST /v1/councils/{council_id}/electorates` with the scope community:write.

        Note how many of a language community may vote, and how many have agreed to the task.
        """
        return cast('s.ElectoratePublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}/electorates",
            body=body,
            key=key,
            keyed=True,
        ))

    def note_spending(
        self,
        project_id: str | UUID,
        body: s.Spend,
        *,
        key: Key = None,
    ) -> s.SpendingPublic:
        """Note what a project spent.

        `POST /v1/projects/{project_id}/spending` with the scope community:write.

        Note a sum that was spent or came back. More than is left is refused.
        """
        return cast('s.SpendingPublic', self._ask(
            "POST",
            f"/v1/projects/{part(project_id)}/spending",
            body=body,
            key=key,
            keyed=True,
        ))

    def obtain_token(
        self,
        body: Mapping[str, str],
    ) -> s.TokenAnswer:
        """Obtain an access token.

        `POST /oauth/token`.

        Client credentials (RFC 6749), or token exchange (RFC 8693) for a member of staff or a person. The client
        authenticates by HTTP Basic or by the form. The token is opaque and lives for 15 minutes at the most.
        """
        return cast('s.TokenAnswer', self._ask(
            "POST",
            "/oauth/token",
            body=body,
            media="application/x-www-form-urlencoded",
        ))

    def open_account(
        self,
        body: s.AccountCreate,
        *,
        key: Key = None,
    ) -> s.AccountPublic:
        """Open somebody's account.

        `POST /v1/accounts` with the scope timebank:write.

        Open an account; it is held by the caller's organisation.
        """
        return cast('s.AccountPublic', self._ask(
            "POST",
            "/v1/accounts",
            body=body,
            key=key,
            keyed=True,
        ))

    def open_election(
        self,
        council_id: str | UUID,
        body: s.OpenElection,
        *,
        key: Key = None,
    ) -> s.ElectionPublic:
        """Open an election.

        `POST /v1/councils/{council_id}/elections` with the scope community:write.

        Open an election; candidates and electorates stay as they are until it is settled.
        """
        return cast('s.ElectionPublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}/elections",
            body=body,
            key=key,
            keyed=True,
        ))

    def open_need(
        self,
        need_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.NeedPublic:
        """Open a recognised need for matching.

        `POST /v1/needs/{need_id}:open` with the scope matching:write.
        """
        return cast('s.NeedPublic', self._ask(
            "POST",
            f"/v1/needs/{part(need_id)}:open",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def open_override(
        self,
        body: s.OverrideCreate,
        *,
        key: Key = None,
    ) -> s.OverridePublic:
        """Read without assignment or consent, for an hour.

        `POST /v1/overrides` with the scope participants:read.

        Opens reading of a participant's record, safeguards and contact to a member of staff in an emergency. Never
        writing, and for 60 minutes. She sees who did it, and a second member of your staff must review it. A
        contact that is never disclosed stays closed.
        """
        return cast('s.OverridePublic', self._ask(
            "POST",
            "/v1/overrides",
            body=body,
            key=key,
            keyed=True,
        ))

    def open_round_table(
        self,
        round_table_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.RoundTablePublic:
        """Open the evening.

        `POST /v1/round-tables/{round_table_id}:open` with the scope assessments:write.

        Step from inviting to open: cards can be laid now.
        """
        return cast('s.RoundTablePublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}:open",
            key=key,
            keyed=True,
        ))

    def pause_connection(
        self,
        connection_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.ConnectionPublic:
        """Let a connection rest.

        `POST /v1/connections/{connection_id}:pause` with the scope connections:manage.
        """
        return cast('s.ConnectionPublic', self._ask(
            "POST",
            f"/v1/connections/{part(connection_id)}:pause",
            key=key,
            keyed=True,
        ))

    def pause_offer(
        self,
        offer_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.OfferPublic:
        """Let an offer rest.

        `POST /v1/offers/{offer_id}:pause` with the scope matching:write.
        """
        return cast('s.OfferPublic', self._ask(
            "POST",
            f"/v1/offers/{part(offer_id)}:pause",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def pause_webhook(
        self,
        webhook_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.WebhookPublic:
        """Pause a webhook.

        `POST /v1/webhooks/{webhook_id}:pause` with the scope webhooks:manage.

        Send nothing for the time being. Facts are kept for it, for 30 days, and sent when it is enabled again.
        """
        return cast('s.WebhookPublic', self._ask(
            "POST",
            f"/v1/webhooks/{part(webhook_id)}:pause",
            key=key,
            keyed=True,
        ))

    def plan_allocation(
        self,
        body: s.AllocationCreate,
        *,
        language: str | None = None,
        key: Key = None,
    ) -> s.AllocationPublic:
        """Have an allocation worked out.

        `POST /v1/allocations` with the scope matching:write.

        Pairs your open needs with everybody's offers, all at once and as places allow. It is worked out in the
        background: read it again, or follow `plan.done` and `plan.failed`. Nobody is in it who has not consented to
        `matching` towards your organisation, who does not want to be asked, or who is kept from the other; each
        time it is read that is asked anew.
        """
        return cast('s.AllocationPublic', self._ask(
            "POST",
            "/v1/allocations",
            query={"language": language},
            body=body,
            key=key,
            keyed=True,
        ))

    def plan_labs(
        self,
        body: s.LabsCreate,
        *,
        language: str | None = None,
        key: Key = None,
    ) -> s.LabsPublic:
        """Have labs worked out.

        `POST /v1/labs` with the scope matching:write.

        Forms small groups with an interest in common, each with a member of staff. It is worked out in the
        background: read it again, or follow `plan.done` and `plan.failed`. Nobody is in it who has not consented to
        `matching` towards your organisation, who does not want to be asked, or who is kept from the other; each
        time it is read that is asked anew.
        """
        return cast('s.LabsPublic', self._ask(
            "POST",
            "/v1/labs",
            query={"language": language},
            body=body,
            key=key,
            keyed=True,
        ))

    def plan_rings(
        self,
        body: s.RingsCreate,
        *,
        language: str | None = None,
        key: Key = None,
    ) -> s.RingsPublic:
        """Have rings worked out.

        `POST /v1/rings` with the scope matching:write.

        Finds rings in the whole community: each helps the next, the last the first. It is worked out in the
        background: read it again, or follow `plan.done` and `plan.failed`. Nobody is in it who has not consented to
        `matching` towards your organisation, who does not want to be asked, or who is kept from the other; each
        time it is read that is asked anew.
        """
        return cast('s.RingsPublic', self._ask(
            "POST",
            "/v1/rings",
            query={"language": language},
            body=body,
            key=key,
            keyed=True,
        ))

    def plan_rota(
        self,
        rota_id: str | UUID,
        body: s.Planning,
        *,
        key: Key = None,
    ) -> s.PlanPublic:
        """Plan a rota.

        `POST /v1/rotas/{rota_id}:plan` with the scope community:write.

        Share the turns out fairly: all taken, loads even, nobody twice in a week where that can be avoided.
        """
        return cast('s.PlanPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}:plan",
            body=body,
            key=key,
            keyed=True,
        ))

    def plan_round_table(
        self,
        body: s.PlanRoundTable,
        *,
        key: Key = None,
    ) -> s.RoundTablePublic:
        """Plan a round table.

        `POST /v1/round-tables` with the scope assessments:write.

        Plan an evening; the two usual questions and all images are taken unless you name others.
        """
        return cast('s.RoundTablePublic', self._ask(
            "POST",
            "/v1/round-tables",
            body=body,
            key=key,
            keyed=True,
        ))

    def plan_survey(
        self,
        body: s.PlanSurvey,
        *,
        key: Key = None,
    ) -> s.SurveyPublic:
        """Open a survey.

        `POST /v1/surveys` with the scope assessments:write.

        Open one wave of asking the questions of an instrument that is made for surveys.
        """
        return cast('s.SurveyPublic', self._ask(
            "POST",
            "/v1/surveys",
            body=body,
            key=key,
            keyed=True,
        ))

    def present_table(
        self,
        round_table_id: str | UUID,
        table_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.PresentationPublic:
        """A table presents.

        `POST /v1/round-tables/{round_table_id}/tables/{table_id}:present` with the scope assessments:write.

        Show the plenary those of a table's cards that are meant for it; the order of the tables is kept.
        """
        return cast('s.PresentationPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/tables/{part(table_id)}:present",
            key=key,
            keyed=True,
        ))

    def print_card_sheet(
        self,
        round_table_id: str | UUID,
        *,
        language: str | None = None,
        format: Literal["pdf", "png", "html"] | None = None,
        per_page: Literal["6", "8"] | None = None,
        page: int | None = None,
    ) -> bytes:
        """Print an evening's image cards.

        `GET /v1/round-tables/{round_table_id}/card-sheet` with the scope assessments:read.

        Return the images that lie on the tables, with their names in a table's language and in the evening's.
        """
        return cast('bytes', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/card-sheet",
            query={"language": language, "format": format, "per_page": per_page, "page": page},
        ))

    def print_image_cards(
        self,
        *,
        images: str,
        language: str | None = None,
        host_language: str | None = None,
        title: str | None = None,
        format: Literal["pdf", "png", "html"] | None = None,
        per_page: Literal["6", "8"] | None = None,
        page: int | None = None,
    ) -> bytes:
        """Print any image cards.

        `GET /v1/round-tables/image-cards/sheet` with the scope assessments:read.

        Return a sheet of the images that are named, separated by commas: categories or concepts of the vocabulary.
        """
        return cast('bytes', self._ask(
            "GET",
            "/v1/round-tables/image-cards/sheet",
            query={"images": images, "language": language, "host_language": host_language, "title": title, "format": format, "per_page": per_page, "page": page},
        ))

    def print_rota(
        self,
        rota_id: str | UUID,
        *,
        language: str | None = None,
        format: Literal["pdf", "html"] | None = None,
    ) -> bytes:
        """Print a rota.

        `GET /v1/rotas/{rota_id}/sheet` with the scope community:read.

        Return the plan to hang up: a table per month, in a language of the house.
        """
        return cast('bytes', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/sheet",
            query={"language": language, "format": format},
        ))

    def propose_match(
        self,
        body: s.MatchCreate,
        *,
        key: Key = None,
    ) -> s.MatchPublic:
        """Propose to bring a need and an offer together.

        `POST /v1/matches` with the scope matching:write.

        One of the two must be held by your organisation. The match is *proposed* until each side has accepted.
        Gates and the consent of both are looked at again.
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            "/v1/matches",
            body=body,
            key=key,
            keyed=True,
        ))

    def propose_project(
        self,
        body: s.ProposeProject,
        *,
        key: Key = None,
    ) -> s.ProjectPublic:
        """Propose a project.

        `POST /v1/projects` with the scope community:write.

        Propose a project, with the needs it answers and what it may cost.
        """
        return cast('s.ProjectPublic', self._ask(
            "POST",
            "/v1/projects",
            body=body,
            key=key,
            keyed=True,
        ))

    def propose_swap(
        self,
        rota_id: str | UUID,
        body: s.SwapCreate,
        *,
        key: Key = None,
    ) -> s.SwapPublic:
        """Propose a swap.

        `POST /v1/rotas/{rota_id}/swaps` with the scope community:write.

        Ask another volunteer to take a turn, or to change turns.
        """
        return cast('s.SwapPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}/swaps",
            body=body,
            key=key,
            keyed=True,
        ))

    def prove_audit(
        self,
    ) -> s.ProofPublic:
        """Prove that the audit is what was written.

        `GET /v1/audit/proof` with the scope rights:manage.

        Looks through every row of every service. A changed, missing or inserted row is named by its number.
        """
        return cast('s.ProofPublic', self._ask(
            "GET",
            "/v1/audit/proof",
        ))

    def publish_capability(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.PublishItem,
        *,
        key: Key = None,
    ) -> s.PublicationPublic:
        """Publish it as an offer.

        `POST /v1/assessments/{assessment_id}/capabilities/{item_id}:publish` with the scope assessments:write.

        Make it known to matching: with her consent to be matched and to this one, when she says yes or perhaps.
        """
        return cast('s.PublicationPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}:publish",
            body=body,
            key=key,
            keyed=True,
        ))

    def publish_card(
        self,
        round_table_id: str | UUID,
        card_id: str | UUID,
        body: s.Publish,
        *,
        key: Key = None,
    ) -> s.PublicationPublic:
        """Publish a card.

        `POST /v1/round-tables/{round_table_id}/cards/{card_id}:publish` with the scope assessments:write.

        Make it known to matching as a need or an offer of the consenting person who is named on it.
        """
        return cast('s.PublicationPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/cards/{part(card_id)}:publish",
            body=body,
            key=key,
            keyed=True,
        ))

    def publish_instrument(
        self,
        instrument_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.InstrumentPublic:
        """Publish a draft.

        `POST /v1/instruments/{instrument_id}:publish` with the scope assessments:write.

        Let people be asked from it. From now on it never changes. Refused while its default language lacks a text.
        """
        return cast('s.InstrumentPublic', self._ask(
            "POST",
            f"/v1/instruments/{part(instrument_id)}:publish",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def publish_notice(
        self,
        body: s.NoticeCreate,
        *,
        key: Key = None,
    ) -> s.NoticePublic:
        """Publish what people are told about a purpose.

        `POST /v1/notices` with the scope rights:manage.

        From `valid_from` on, a grant for this purpose must name one of its notices, in a language that it has. A
        text that no native speaker has reviewed is good for a grant only where an interpreter is recorded.
        """
        return cast('s.NoticePublic', self._ask(
            "POST",
            "/v1/notices",
            body=body,
            key=key,
            keyed=True,
        ))

    def publish_results(
        self,
        round_table_id: str | UUID,
        *,
        language: str | None = None,
        key: Key = None,
    ) -> s.PublishedPublic:
        """Publish the results.

        `POST /v1/round-tables/{round_table_id}:publish-results` with the scope assessments:write.

        Freeze the results, so that they can be read in every language that sat there; once, from the plenary on.
        """
        return cast('s.PublishedPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}:publish-results",
            query={"language": language},
            key=key,
            keyed=True,
        ))

    def publish_round_table(
        self,
        round_table_id: str | UUID,
        body: s.PublishAll | None | None = None,
        *,
        key: Key = None,
    ) -> s.ReportPublic:
        """Publish the cards of all who consent.

        `POST /v1/round-tables/{round_table_id}:publish` with the scope assessments:write.

        Make known what consenting people wrote, and say how many cards stay anonymous or lack consent.
        """
        return cast('s.ReportPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}:publish",
            body=body,
            key=key,
            keyed=True,
        ))

    def publish_stated_need(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.PublishItem,
        *,
        key: Key = None,
    ) -> s.PublicationPublic:
        """Publish it as a need.

        `POST /v1/assessments/{assessment_id}/needs/{item_id}:publish` with the scope assessments:write.

        Make it known to matching: with her consent to be matched, and to this one.
        """
        return cast('s.PublicationPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}:publish",
            body=body,
            key=key,
            keyed=True,
        ))

    def put_answer(
        self,
        assessment_id: str | UUID,
        question_id: str,
        body: s.PutAnswer,
        *,
        if_match: IfMatch = None,
    ) -> s.AnswerPublic:
        """Answer a question.

        `PUT /v1/assessments/{assessment_id}/answers/{question_id}` with the scope assessments:write.

        Keep an answer that fits the question, in place of the present one; that one stays in the history.
        """
        return cast('s.AnswerPublic', self._ask(
            "PUT",
            f"/v1/assessments/{part(assessment_id)}/answers/{part(question_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def put_card_group(
        self,
        round_table_id: str | UUID,
        card_id: str | UUID,
        body: s.PutGroup,
    ) -> s.CardPublic:
        """Move a card to a group.

        `PUT /v1/round-tables/{round_table_id}/cards/{card_id}/group` with the scope assessments:write.

        Put a card into a group of its question, or take it out of any; a later suggestion leaves it there.
        """
        return cast('s.CardPublic', self._ask(
            "PUT",
            f"/v1/round-tables/{part(round_table_id)}/cards/{part(card_id)}/group",
            body=body,
        ))

    def put_matching_policy(
        self,
        body: s.PolicyPut,
        *,
        if_match: IfMatch = None,
    ) -> s.PolicyPublic:
        """Decide how much fairness counts.

        `PUT /v1/matching-policy` with the scope matching:manage.

        It counts from the next list of candidates on, for the whole community.
        """
        return cast('s.PolicyPublic', self._ask(
            "PUT",
            "/v1/matching-policy",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def put_table_question(
        self,
        round_table_id: str | UUID,
        table_id: str | UUID,
        body: s.GoTo,
    ) -> s.TablePublic:
        """A table goes on.

        `PUT /v1/round-tables/{round_table_id}/tables/{table_id}/question` with the scope assessments:write.

        Note which question a table is at from now on; the same again changes nothing.
        """
        return cast('s.TablePublic', self._ask(
            "PUT",
            f"/v1/round-tables/{part(round_table_id)}/tables/{part(table_id)}/question",
            body=body,
        ))

    def put_timebank_policy(
        self,
        body: s.TimebankPolicyPut,
        *,
        if_match: IfMatch = None,
    ) -> s.TimebankPolicy:
        """Decide what limits and alerts accounts have.

        `PUT /v1/timebank-policy` with the scope timebank:manage.

        Decide it for the whole community. Credit limit and alerts count at once, the debit limit for new accounts.
        """
        return cast('s.TimebankPolicy', self._ask(
            "PUT",
            "/v1/timebank-policy",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def put_vote(
        self,
        round_table_id: str | UUID,
        voter: str,
        body: s.PutVote,
    ) -> s.VotePublic:
        """Set a voter's dots.

        `PUT /v1/round-tables/{round_table_id}/votes/{voter}` with the scope assessments:write.

        Set all of a voter's dots in place of those set before; the same again changes nothing.
        """
        return cast('s.VotePublic', self._ask(
            "PUT",
            f"/v1/round-tables/{part(round_table_id)}/votes/{part(voter)}",
            body=body,
        ))

    def raise_project_budget(
        self,
        project_id: str | UUID,
        body: s.RaiseBudget,
        *,
        key: Key = None,
    ) -> s.ProjectPublic:
        """Raise a project's budget.

        `POST /v1/projects/{project_id}:raise-budget` with the scope community:write.

        Add to the budget, within the council's limit; who decided it and why is kept.
        """
        return cast('s.ProjectPublic', self._ask(
            "POST",
            f"/v1/projects/{part(project_id)}:raise-budget",
            body=body,
            key=key,
            keyed=True,
        ))

    def raise_project_limit(
        self,
        council_id: str | UUID,
        body: s.RaiseLimit,
        *,
        key: Key = None,
    ) -> s.CouncilPublic:
        """Set what a project may cost.

        `POST /v1/councils/{council_id}:raise-limit` with the scope community:write.

        Set the limit of one project anew; who decided it and why is kept.
        """
        return cast('s.CouncilPublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}:raise-limit",
            body=body,
            key=key,
            keyed=True,
        ))

    def rate_outcome(
        self,
        assessment_id: str | UUID,
        outcome_id: str | UUID,
        body: s.Rate,
        *,
        key: Key = None,
    ) -> s.OutcomePublic:
        """Rate where she stands with it.

        `POST /v1/assessments/{assessment_id}/outcomes/{outcome_id}/ratings` with the scope assessments:write.

        Add a rating; earlier ones stay.
        """
        return cast('s.OutcomePublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/outcomes/{part(outcome_id)}/ratings",
            body=body,
            key=key,
            keyed=True,
        ))

    def read_account(
        self,
        account_id: str | UUID,
    ) -> s.AccountPublic:
        """Read an account.

        `GET /v1/accounts/{account_id}` with the scope timebank:read.

        Return one account with its balance.
        """
        return cast('s.AccountPublic', self._ask(
            "GET",
            f"/v1/accounts/{part(account_id)}",
        ))

    def read_action(
        self,
        plan_id: str | UUID,
        action_id: str | UUID,
    ) -> s.ActionPublic:
        """Read an action.

        `GET /v1/action-plans/{plan_id}/actions/{action_id}` with the scope community:read.

        Return one action with its history.
        """
        return cast('s.ActionPublic', self._ask(
            "GET",
            f"/v1/action-plans/{part(plan_id)}/actions/{part(action_id)}",
        ))

    def read_action_plan(
        self,
        plan_id: str | UUID,
    ) -> s.ActionPlanPublic:
        """Read an action plan.

        `GET /v1/action-plans/{plan_id}` with the scope community:read.

        Return one plan and how far it has come.
        """
        return cast('s.ActionPlanPublic', self._ask(
            "GET",
            f"/v1/action-plans/{part(plan_id)}",
        ))

    def read_activity(
        self,
        activity_id: str | UUID,
    ) -> s.ActivityPublic:
        """Read one.

        `GET /v1/activities/{activity_id}` with the scope directory:read.
        """
        return cast('s.ActivityPublic', self._ask(
            "GET",
            f"/v1/activities/{part(activity_id)}",
        ))

    def read_allocation(
        self,
        allocation_id: str | UUID,
        *,
        language: str | None = None,
    ) -> s.AllocationPublic:
        """See how far an allocation are, and what came of it.

        `GET /v1/allocations/{allocation_id}` with the scope matching:read.
        """
        return cast('s.AllocationPublic', self._ask(
            "GET",
            f"/v1/allocations/{part(allocation_id)}",
            query={"language": language},
        ))

    def read_answer(
        self,
        assessment_id: str | UUID,
        question_id: str,
    ) -> s.AnswerPublic:
        """Read an answer.

        `GET /v1/assessments/{assessment_id}/answers/{question_id}` with the scope assessments:read.

        Return the present answer to one question.
        """
        return cast('s.AnswerPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/answers/{part(question_id)}",
        ))

    def read_answer_history(
        self,
        assessment_id: str | UUID,
        question_id: str,
    ) -> s.History:
        """Read its history.

        `GET /v1/assessments/{assessment_id}/answers/{question_id}/history` with the scope assessments:read.

        Return every answer that was ever given to one question, oldest first.
        """
        return cast('s.History', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/answers/{part(question_id)}/history",
        ))

    def read_area(
        self,
        area_id: str | UUID,
    ) -> s.AreaPublic:
        """Read a part of the neighbourhood.

        `GET /v1/areas/{area_id}` with the scope directory:read.
        """
        return cast('s.AreaPublic', self._ask(
            "GET",
            f"/v1/areas/{part(area_id)}",
        ))

    def read_assessment(
        self,
        assessment_id: str | UUID,
    ) -> s.AssessmentPublic:
        """Read an assessment.

        `GET /v1/assessments/{assessment_id}` with the scope assessments:read.

        Return one assessment without its answers.
        """
        return cast('s.AssessmentPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}",
        ))

    def read_asset_proposal(
        self,
        proposal_id: str | UUID,
    ) -> s.ProposalPublic:
        """Read what is proposed.

        `GET /v1/asset-proposals/{proposal_id}` with the scope directory:read.
        """
        return cast('s.ProposalPublic', self._ask(
            "GET",
            f"/v1/asset-proposals/{part(proposal_id)}",
        ))

    def read_assignment(
        self,
        assignment_id: str | UUID,
    ) -> s.AssignmentPublic:
        """Read one assignment.

        `GET /v1/assignments/{assignment_id}` with the scope rights:manage.
        """
        return cast('s.AssignmentPublic', self._ask(
            "GET",
            f"/v1/assignments/{part(assignment_id)}",
        ))

    def read_attendance(
        self,
        round_table_id: str | UUID,
        attendance_id: str | UUID,
    ) -> s.AttendancePublic:
        """Read a line of the attendance.

        `GET /v1/round-tables/{round_table_id}/attendance/{attendance_id}` with the scope assessments:read.

        Return one line.
        """
        return cast('s.AttendancePublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/attendance/{part(attendance_id)}",
        ))

    def read_block(
        self,
        participant_id: str | UUID,
        block_id: str | UUID,
    ) -> s.BlockPublic:
        """Read one block.

        `GET /v1/participants/{participant_id}/blocks/{block_id}` with the scope participants:write.
        """
        return cast('s.BlockPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/blocks/{part(block_id)}",
        ))

    def read_capability(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
    ) -> s.CapabilityPublic:
        """Read a capability.

        `GET /v1/assessments/{assessment_id}/capabilities/{item_id}` with the scope assessments:read.

        Return one.
        """
        return cast('s.CapabilityPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}",
        ))

    def read_capability_risk(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        risk_id: str | UUID,
    ) -> s.RiskWeighed:
        """Read a risk.

        `GET /v1/assessments/{assessment_id}/capabilities/{item_id}/risks/{risk_id}` with the scope
        assessments:read.

        Return one risk.
        """
        return cast('s.RiskWeighed', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}/risks/{part(risk_id)}",
        ))

    def read_card(
        self,
        round_table_id: str | UUID,
        card_id: str | UUID,
    ) -> s.CardPublic:
        """Read a card.

        `GET /v1/round-tables/{round_table_id}/cards/{card_id}` with the scope assessments:read.

        Return one card.
        """
        return cast('s.CardPublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/cards/{part(card_id)}",
        ))

    def read_changes(
        self,
        assessment_id: str | UUID,
    ) -> s.ChangesPublic:
        """See what has changed.

        `GET /v1/assessments/{assessment_id}/changes` with the scope assessments:read.

        Return what is different from the assessment that this one follows, question by question and item by item.
        """
        return cast('s.ChangesPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/changes",
        ))

    def read_check(
        self,
        participant_id: str | UUID,
        check_id: str | UUID,
    ) -> s.CheckPublic:
        """Read one check.

        `GET /v1/participants/{participant_id}/checks/{check_id}` with the scope participants:write.
        """
        return cast('s.CheckPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/checks/{part(check_id)}",
        ))

    def read_client(
        self,
        client_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
    ) -> s.ClientPublic:
        """Read a client.

        `GET /v1/clients/{client_id}` with the scope clients:write.
        """
        return cast('s.ClientPublic', self._ask(
            "GET",
            f"/v1/clients/{part(client_id)}",
            query={"tenant_id": tenant_id},
        ))

    def read_co_production_lab(
        self,
        lab_id: str | UUID,
    ) -> s.CoProductionLab:
        """Read a lab.

        `GET /v1/co-production-labs/{lab_id}` with the scope community:read.

        Return one lab.
        """
        return cast('s.CoProductionLab', self._ask(
            "GET",
            f"/v1/co-production-labs/{part(lab_id)}",
        ))

    def read_community_group(
        self,
        community_group_id: str | UUID,
    ) -> s.CommunityGroupPublic:
        """Read one.

        `GET /v1/groups/{community_group_id}` with the scope directory:read.
        """
        return cast('s.CommunityGroupPublic', self._ask(
            "GET",
            f"/v1/groups/{part(community_group_id)}",
        ))

    def read_concept(
        self,
        concept_id: str,
        *,
        language: str | None = None,
    ) -> s.ConceptWhole:
        """Read a concept in all languages.

        `GET /v1/concepts/{concept_id}` with the scope directory:read.
        """
        return cast('s.ConceptWhole', self._ask(
            "GET",
            f"/v1/concepts/{part(concept_id)}",
            query={"language": language},
        ))

    def read_connection(
        self,
        connection_id: str | UUID,
    ) -> s.ConnectionPublic:
        """Read a connection.

        `GET /v1/connections/{connection_id}` with the scope connections:manage.
        """
        return cast('s.ConnectionPublic', self._ask(
            "GET",
            f"/v1/connections/{part(connection_id)}",
        ))

    def read_connection_run(
        self,
        connection_id: str | UUID,
        run_id: str | UUID,
    ) -> s.ConnectionRunPublic:
        """Read what a run did.

        `GET /v1/connections/{connection_id}/runs/{run_id}` with the scope connections:manage.
        """
        return cast('s.ConnectionRunPublic', self._ask(
            "GET",
            f"/v1/connections/{part(connection_id)}/runs/{part(run_id)}",
        ))

    def read_consent(
        self,
        participant_id: str | UUID,
        consent_id: str | UUID,
    ) -> s.ConsentPublic:
        """Read one grant.

        `GET /v1/participants/{participant_id}/consents/{consent_id}` with the scope participants:read.
        """
        return cast('s.ConsentPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/consents/{part(consent_id)}",
        ))

    def read_contact(
        self,
        participant_id: str | UUID,
    ) -> s.ContactPublic:
        """Read how to reach a participant.

        `GET /v1/participants/{participant_id}/contact` with the scope participants:write.

        For her and for who registered her; every reading is on record. Others get it by an introduction.
        """
        return cast('s.ContactPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/contact",
        ))

    def read_council(
        self,
        council_id: str | UUID,
    ) -> s.CouncilPublic:
        """Read a council.

        `GET /v1/councils/{council_id}` with the scope community:read.

        Return one council.
        """
        return cast('s.CouncilPublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}",
        ))

    def read_council_candidate(
        self,
        council_id: str | UUID,
        candidate_id: str | UUID,
    ) -> s.CandidatePublic:
        """Read who stands.

        `GET /v1/councils/{council_id}/candidates/{candidate_id}` with the scope community:read.

        Return one candidate.
        """
        return cast('s.CandidatePublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/candidates/{part(candidate_id)}",
        ))

    def read_council_member(
        self,
        council_id: str | UUID,
        member_id: str | UUID,
    ) -> s.MemberPublic:
        """Read a member.

        `GET /v1/councils/{council_id}/members/{member_id}` with the scope community:read.

        Return one member.
        """
        return cast('s.MemberPublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/members/{part(member_id)}",
        ))

    def read_duplicate(
        self,
        duplicate_id: str | UUID,
    ) -> s.DuplicatePublic:
        """Read one suspicion.

        `GET /v1/duplicates/{duplicate_id}` with the scope directory:read.
        """
        return cast('s.DuplicatePublic', self._ask(
            "GET",
            f"/v1/duplicates/{part(duplicate_id)}",
        ))

    def read_election(
        self,
        council_id: str | UUID,
        election_id: str | UUID,
    ) -> s.ElectionPublic:
        """Read an election.

        `GET /v1/councils/{council_id}/elections/{election_id}` with the scope community:read.

        Return one election.
        """
        return cast('s.ElectionPublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/elections/{part(election_id)}",
        ))

    def read_electorate(
        self,
        council_id: str | UUID,
        electorate_id: str | UUID,
    ) -> s.ElectoratePublic:
        """Read an electorate.

        `GET /v1/councils/{council_id}/electorates/{electorate_id}` with the scope community:read.

        Return one electorate.
        """
        return cast('s.ElectoratePublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/electorates/{part(electorate_id)}",
        ))

    def read_erasure(
        self,
        erasure_id: str | UUID,
    ) -> s.ErasurePublic:
        """Read how far an erasure has come.

        `GET /v1/erasures/{erasure_id}` with the scope rights:manage.
        """
        return cast('s.ErasurePublic', self._ask(
            "GET",
            f"/v1/erasures/{part(erasure_id)}",
        ))

    def read_feed(
        self,
        feed_id: str | UUID,
    ) -> s.FeedPublic:
        """Read one, with how its last import ended.

        `GET /v1/feeds/{feed_id}` with the scope directory:manage.
        """
        return cast('s.FeedPublic', self._ask(
            "GET",
            f"/v1/feeds/{part(feed_id)}",
        ))

    def read_feedback(
        self,
        match_id: str | UUID,
        side: Literal["need", "offer"],
    ) -> s.FeedbackPublic:
        """Read what a side said.

        `GET /v1/matches/{match_id}/feedback/{side}` with the scope matching:read.
        """
        return cast('s.FeedbackPublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/feedback/{part(side)}",
        ))

    def read_freshness_policy(
        self,
    ) -> s.FreshnessPolicyPublic:
        """How long an entry may go unconfirmed.

        `GET /v1/assets/freshness-policy` with the scope directory:read.
        """
        return cast('s.FreshnessPolicyPublic', self._ask(
            "GET",
            "/v1/assets/freshness-policy",
        ))

    def read_group(
        self,
        round_table_id: str | UUID,
        group_id: str | UUID,
        *,
        language: str | None = None,
    ) -> s.GroupPublic:
        """Read a group.

        `GET /v1/round-tables/{round_table_id}/groups/{group_id}` with the scope assessments:read.

        Return one group with the cards in it that the plenary sees.
        """
        return cast('s.GroupPublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/groups/{part(group_id)}",
            query={"language": language},
        ))

    def read_hours(
        self,
        match_id: str | UUID,
        hours_id: str | UUID,
    ) -> s.HoursPublic:
        """Read hours.

        `GET /v1/matches/{match_id}/hours/{hours_id}` with the scope matching:read.
        """
        return cast('s.HoursPublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/hours/{part(hours_id)}",
        ))

    def read_household(
        self,
        participant_id: str | UUID,
    ) -> s.DirectoryHouseholdPublic:
        """Read who lives with a participant.

        `GET /v1/participants/{participant_id}/household` with the scope participants:write.
        """
        return cast('s.DirectoryHouseholdPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/household",
        ))

    def read_identity_provider(
        self,
        provider_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
    ) -> s.IdentityProviderPublic:
        """Read an identity provider.

        `GET /v1/identity-providers/{provider_id}` with the scope clients:write.
        """
        return cast('s.IdentityProviderPublic', self._ask(
            "GET",
            f"/v1/identity-providers/{part(provider_id)}",
            query={"tenant_id": tenant_id},
        ))

    def read_import(
        self,
        import_id: str | UUID,
    ) -> s.ImportPublic:
        """See how far an import is.

        `GET /v1/imports/{import_id}` with the scope directory:read.
        """
        return cast('s.ImportPublic', self._ask(
            "GET",
            f"/v1/imports/{part(import_id)}",
        ))

    def read_import_rules_of_needs(
        self,
    ) -> s.FieldRules:
        """See whose word counts for which field of needs.

        `GET /v1/needs:import-rules` with the scope matching:read.
        """
        return cast('s.FieldRules', self._ask(
            "GET",
            "/v1/needs:import-rules",
        ))

    def read_import_rules_of_offers(
        self,
    ) -> s.FieldRules:
        """See whose word counts for which field of offers.

        `GET /v1/offers:import-rules` with the scope matching:read.
        """
        return cast('s.FieldRules', self._ask(
            "GET",
            "/v1/offers:import-rules",
        ))

    def read_import_rules_of_participants(
        self,
    ) -> s.FieldRules:
        """See whose word counts for which field of participants.

        `GET /v1/participants:import-rules` with the scope participants:read.
        """
        return cast('s.FieldRules', self._ask(
            "GET",
            "/v1/participants:import-rules",
        ))

    def read_instrument(
        self,
        instrument_id: str | UUID,
        *,
        language: str | None = None,
    ) -> s.InstrumentPublic:
        """Read an instrument.

        `GET /v1/instruments/{instrument_id}` with the scope assessments:read.

        Return its questions in the asked language; `fallbacks` names each text that is in another one instead.
        """
        return cast('s.InstrumentPublic', self._ask(
            "GET",
            f"/v1/instruments/{part(instrument_id)}",
            query={"language": language},
        ))

    def read_instrument_definition(
        self,
        instrument_id: str | UUID,
    ) -> s.InstrumentCreateOutput:
        """Read a definition as it can be posted again.

        `GET /v1/instruments/{instrument_id}/definition` with the scope assessments:read.

        Return the whole definition with the words of every language.
        """
        return cast('s.InstrumentCreateOutput', self._ask(
            "GET",
            f"/v1/instruments/{part(instrument_id)}/definition",
        ))

    def read_instrument_translations(
        self,
        instrument_id: str | UUID,
    ) -> s.LanguagesPublic:
        """See how complete each language is.

        `GET /v1/instruments/{instrument_id}/translations` with the scope assessments:read.

        Return for each language how many texts are there, which are missing, and how many a native speaker has
        read.
        """
        return cast('s.LanguagesPublic', self._ask(
            "GET",
            f"/v1/instruments/{part(instrument_id)}/translations",
        ))

    def read_instrument_xlsform(
        self,
        instrument_id: str | UUID,
    ) -> bytes:
        """Read an instrument as an XLSForm.

        `GET /v1/instruments/{instrument_id}/xlsform` with the scope assessments:read.

        Return a workbook that the tools for XLSForms read, with all languages; see its report for what they cannot.
        """
        return cast('bytes', self._ask(
            "GET",
            f"/v1/instruments/{part(instrument_id)}/xlsform",
        ))

    def read_instrument_xlsform_report(
        self,
        instrument_id: str | UUID,
    ) -> s.CarriedPublic:
        """See what an XLSForm cannot say of an instrument.

        `GET /v1/instruments/{instrument_id}/xlsform/report` with the scope assessments:read.

        Return what other tools would see, and what stands in columns of ours only.
        """
        return cast('s.CarriedPublic', self._ask(
            "GET",
            f"/v1/instruments/{part(instrument_id)}/xlsform/report",
        ))

    def read_invitation(
        self,
        round_table_id: str | UUID,
        invitation_id: str | UUID,
    ) -> s.InvitationPublic:
        """Read an invitation.

        `GET /v1/round-tables/{round_table_id}/invitations/{invitation_id}` with the scope assessments:read.

        Return one invitation.
        """
        return cast('s.InvitationPublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/invitations/{part(invitation_id)}",
        ))

    def read_lab_meeting(
        self,
        lab_id: str | UUID,
        meeting_id: str | UUID,
    ) -> s.LabMeetingPublic:
        """Read a meeting of a lab.

        `GET /v1/co-production-labs/{lab_id}/meetings/{meeting_id}` with the scope community:read.

        Return one meeting.
        """
        return cast('s.LabMeetingPublic', self._ask(
            "GET",
            f"/v1/co-production-labs/{part(lab_id)}/meetings/{part(meeting_id)}",
        ))

    def read_lab_member(
        self,
        lab_id: str | UUID,
        member_id: str | UUID,
    ) -> s.LabMemberPublic:
        """Read a member of a lab.

        `GET /v1/co-production-labs/{lab_id}/members/{member_id}` with the scope community:read.

        Return one seat.
        """
        return cast('s.LabMemberPublic', self._ask(
            "GET",
            f"/v1/co-production-labs/{part(lab_id)}/members/{part(member_id)}",
        ))

    def read_labs(
        self,
        labs_id: str | UUID,
        *,
        language: str | None = None,
    ) -> s.LabsPublic:
        """See how far labs are, and what came of it.

        `GET /v1/labs/{labs_id}` with the scope matching:read.
        """
        return cast('s.LabsPublic', self._ask(
            "GET",
            f"/v1/labs/{part(labs_id)}",
            query={"language": language},
        ))

    def read_match(
        self,
        match_id: str | UUID,
    ) -> s.MatchPublic:
        """Read a match.

        `GET /v1/matches/{match_id}` with the scope matching:read.
        """
        return cast('s.MatchPublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}",
        ))

    def read_match_profiles(
        self,
        match_id: str | UUID,
    ) -> s.PseudonymousProfiles:
        """See both sides without their names.

        `GET /v1/matches/{match_id}/profiles` with the scope matching:read.

        For the two sides alone, from the proposal on. Consent and blocks are looked at again on each reading.
        """
        return cast('s.PseudonymousProfiles', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/profiles",
        ))

    def read_matching_policy(
        self,
    ) -> s.PolicyPublic:
        """See how candidates are weighed.

        `GET /v1/matching-policy` with the scope matching:read.
        """
        return cast('s.PolicyPublic', self._ask(
            "GET",
            "/v1/matching-policy",
        ))

    def read_merge(
        self,
        merge_id: str | UUID,
    ) -> s.MergePublic:
        """Read one merge.

        `GET /v1/merges/{merge_id}` with the scope directory:read.
        """
        return cast('s.MergePublic', self._ask(
            "GET",
            f"/v1/merges/{part(merge_id)}",
        ))

    def read_message(
        self,
        match_id: str | UUID,
        message_id: str | UUID,
    ) -> s.MessagePublic:
        """Read one message.

        `GET /v1/matches/{match_id}/messages/{message_id}` with the scope matching:read.
        """
        return cast('s.MessagePublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/messages/{part(message_id)}",
        ))

    def read_micro_provider(
        self,
        micro_provider_id: str | UUID,
    ) -> s.MicroProviderPublic:
        """Read one.

        `GET /v1/micro-providers/{micro_provider_id}` with the scope directory:read.
        """
        return cast('s.MicroProviderPublic', self._ask(
            "GET",
            f"/v1/micro-providers/{part(micro_provider_id)}",
        ))

    def read_need(
        self,
        need_id: str | UUID,
    ) -> s.NeedPublic:
        """Read a need.

        `GET /v1/needs/{need_id}` with the scope matching:read.
        """
        return cast('s.NeedPublic', self._ask(
            "GET",
            f"/v1/needs/{part(need_id)}",
        ))

    def read_notice(
        self,
        notice_id: str | UUID,
    ) -> s.NoticePublic:
        """Read one notice.

        `GET /v1/notices/{notice_id}` with the scope participants:read.
        """
        return cast('s.NoticePublic', self._ask(
            "GET",
            f"/v1/notices/{part(notice_id)}",
        ))

    def read_offer(
        self,
        offer_id: str | UUID,
    ) -> s.OfferPublic:
        """Read an offer.

        `GET /v1/offers/{offer_id}` with the scope matching:read.
        """
        return cast('s.OfferPublic', self._ask(
            "GET",
            f"/v1/offers/{part(offer_id)}",
        ))

    def read_organisation(
        self,
        organisation_id: str | UUID,
    ) -> s.OrganisationPublic:
        """Read one.

        `GET /v1/organisations/{organisation_id}` with the scope directory:read.
        """
        return cast('s.OrganisationPublic', self._ask(
            "GET",
            f"/v1/organisations/{part(organisation_id)}",
        ))

    def read_origins_of_need(
        self,
        need_id: str | UUID,
    ) -> s.RecordOrigins:
        """See where each field came from.

        `GET /v1/needs/{need_id}/origins` with the scope matching:read.
        """
        return cast('s.RecordOrigins', self._ask(
            "GET",
            f"/v1/needs/{part(need_id)}/origins",
        ))

    def read_origins_of_offer(
        self,
        offer_id: str | UUID,
    ) -> s.RecordOrigins:
        """See where each field came from.

        `GET /v1/offers/{offer_id}/origins` with the scope matching:read.
        """
        return cast('s.RecordOrigins', self._ask(
            "GET",
            f"/v1/offers/{part(offer_id)}/origins",
        ))

    def read_origins_of_participant(
        self,
        participant_id: str | UUID,
    ) -> s.RecordOrigins:
        """See where each field came from.

        `GET /v1/participants/{participant_id}/origins` with the scope participants:read.
        """
        return cast('s.RecordOrigins', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/origins",
        ))

    def read_outcome(
        self,
        assessment_id: str | UUID,
        outcome_id: str | UUID,
    ) -> s.OutcomePublic:
        """Read an outcome.

        `GET /v1/assessments/{assessment_id}/outcomes/{outcome_id}` with the scope assessments:read.

        Return one.
        """
        return cast('s.OutcomePublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/outcomes/{part(outcome_id)}",
        ))

    def read_override(
        self,
        override_id: str | UUID,
    ) -> s.OverridePublic:
        """Read one override.

        `GET /v1/overrides/{override_id}` with the scope participants:read.
        """
        return cast('s.OverridePublic', self._ask(
            "GET",
            f"/v1/overrides/{part(override_id)}",
        ))

    def read_pace(
        self,
        round_table_id: str | UUID,
    ) -> s.Paces:
        """How far each table has come.

        `GET /v1/round-tables/{round_table_id}/pace` with the scope assessments:read.

        Return cards per question and table, where each should be, and prompts where strengths fall behind.
        """
        return cast('s.Paces', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/pace",
        ))

    def read_participant(
        self,
        participant_id: str | UUID,
    ) -> s.ParticipantPublic:
        """Read one participant.

        `GET /v1/participants/{participant_id}` with the scope participants:read.
        """
        return cast('s.ParticipantPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}",
        ))

    def read_person(
        self,
        person_id: str | UUID,
    ) -> s.PersonPublic:
        """Read what a person shows of herself.

        `GET /v1/people/{person_id}` with the scope participants:read.
        """
        return cast('s.PersonPublic', self._ask(
            "GET",
            f"/v1/people/{part(person_id)}",
        ))

    def read_place(
        self,
        place_id: str | UUID,
    ) -> s.PlacePublic:
        """Read one.

        `GET /v1/places/{place_id}` with the scope directory:read.
        """
        return cast('s.PlacePublic', self._ask(
            "GET",
            f"/v1/places/{part(place_id)}",
        ))

    def read_postcode(
        self,
        postcode: str,
    ) -> s.PostcodePlace:
        """Ask where a postcode is.

        `GET /v1/postcodes/{postcode}` with the scope directory:read.
        """
        return cast('s.PostcodePlace', self._ask(
            "GET",
            f"/v1/postcodes/{part(postcode)}",
        ))

    def read_presentations(
        self,
        round_table_id: str | UUID,
    ) -> s.Presentations:
        """Which tables have presented.

        `GET /v1/round-tables/{round_table_id}/presentations` with the scope assessments:read.

        Return the tables in the order in which they presented, then those that have not.
        """
        return cast('s.Presentations', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/presentations",
        ))

    def read_priorities(
        self,
        round_table_id: str | UUID,
        *,
        question: int | None = None,
        language: str | None = None,
    ) -> s.Priorities:
        """What matters most.

        `GET /v1/round-tables/{round_table_id}/priorities` with the scope assessments:read.

        Return the groups by dots, with shares; ties are said.
        """
        return cast('s.Priorities', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/priorities",
            query={"question": question, "language": language},
        ))

    def read_project(
        self,
        project_id: str | UUID,
    ) -> s.ProjectPublic:
        """Read a project.

        `GET /v1/projects/{project_id}` with the scope community:read.

        Return one project.
        """
        return cast('s.ProjectPublic', self._ask(
            "GET",
            f"/v1/projects/{part(project_id)}",
        ))

    def read_publication(
        self,
        publication_id: str | UUID,
    ) -> s.PublicationPublic:
        """Read a publication.

        `GET /v1/publications/{publication_id}` with the scope assessments:read.

        Return one publication.
        """
        return cast('s.PublicationPublic', self._ask(
            "GET",
            f"/v1/publications/{part(publication_id)}",
        ))

    def read_publication_report(
        self,
        round_table_id: str | UUID,
    ) -> s.ReportPublic:
        """How many cards are published.

        `GET /v1/round-tables/{round_table_id}/publications` with the scope assessments:read.

        Return how many cards are published, anonymous, without consent, or simply not published.
        """
        return cast('s.ReportPublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/publications",
        ))

    def read_published_results(
        self,
        round_table_id: str | UUID,
        *,
        language: str | None = None,
        format: Literal["json", "html", "pdf"] | None = None,
    ) -> s.PublishedPublic | bytes:
        """Read the published results.

        `GET /v1/round-tables/{round_table_id}/results/published` with the scope assessments:read.

        Return the published results in one language, as JSON, as a page, or to print.
        """
        return cast('s.PublishedPublic | bytes', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/results/published",
            query={"language": language, "format": format},
        ))

    def read_relation(
        self,
        participant_id: str | UUID,
        relation_id: str | UUID,
    ) -> s.RelationPublic:
        """Read one relation.

        `GET /v1/participants/{participant_id}/relations/{relation_id}` with the scope participants:write.
        """
        return cast('s.RelationPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/relations/{part(relation_id)}",
        ))

    def read_report_policy(
        self,
    ) -> s.ReportPolicyPublic:
        """What reports count and keep apart.

        `GET /v1/reports/policy` with the scope reports:read.

        Return from how many people on your reports count something, and which dimension they keep for longest.
        """
        return cast('s.ReportPolicyPublic', self._ask(
            "GET",
            "/v1/reports/policy",
        ))

    def read_results(
        self,
        round_table_id: str | UUID,
        *,
        language: str | None = None,
    ) -> s.Results:
        """What the tables said.

        `GET /v1/round-tables/{round_table_id}/results` with the scope assessments:read.

        Return counts per question, image and table, the words that the plenary saw, and the groups by dots.
        """
        return cast('s.Results', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/results",
            query={"language": language},
        ))

    def read_retention(
        self,
    ) -> s.RetentionPublic:
        """Read how long things are kept.

        `GET /v1/retention` with the scope rights:manage.
        """
        return cast('s.RetentionPublic', self._ask(
            "GET",
            "/v1/retention",
        ))

    def read_retention_report(
        self,
        report_id: str | UUID,
    ) -> s.RetentionReportPublic:
        """Read one report.

        `GET /v1/retention/reports/{report_id}` with the scope rights:manage.
        """
        return cast('s.RetentionReportPublic', self._ask(
            "GET",
            f"/v1/retention/reports/{part(report_id)}",
        ))

    def read_rights_request(
        self,
        request_id: str | UUID,
    ) -> s.RightsRequestPublic:
        """Read one request.

        `GET /v1/rights-requests/{request_id}` with the scope participants:read.
        """
        return cast('s.RightsRequestPublic', self._ask(
            "GET",
            f"/v1/rights-requests/{part(request_id)}",
        ))

    def read_rings(
        self,
        rings_id: str | UUID,
        *,
        language: str | None = None,
    ) -> s.RingsPublic:
        """See how far rings are, and what came of it.

        `GET /v1/rings/{rings_id}` with the scope matching:read.
        """
        return cast('s.RingsPublic', self._ask(
            "GET",
            f"/v1/rings/{part(rings_id)}",
            query={"language": language},
        ))

    def read_risk(
        self,
        match_id: str | UUID,
        risk_id: str | UUID,
    ) -> s.RiskPublic:
        """Read a weighed risk.

        `GET /v1/matches/{match_id}/risks/{risk_id}` with the scope matching:read.
        """
        return cast('s.RiskPublic', self._ask(
            "GET",
            f"/v1/matches/{part(match_id)}/risks/{part(risk_id)}",
        ))

    def read_rota(
        self,
        rota_id: str | UUID,
    ) -> s.RotaPublic:
        """Read a rota.

        `GET /v1/rotas/{rota_id}` with the scope community:read.

        Return one rota; its plan has an address of its own.
        """
        return cast('s.RotaPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}",
        ))

    def read_rota_fairness(
        self,
        rota_id: str | UUID,
    ) -> s.FairnessPublic:
        """See how evenly turns are shared.

        `GET /v1/rotas/{rota_id}/fairness` with the scope community:read.

        Return everybody's load, how even that is, and who has not helped yet.
        """
        return cast('s.FairnessPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/fairness",
        ))

    def read_rota_plan(
        self,
        rota_id: str | UUID,
    ) -> s.PlanPublic:
        """Read the plan of a rota.

        `GET /v1/rotas/{rota_id}/plan` with the scope community:read.

        Return who comes when and where, and what is missing.
        """
        return cast('s.PlanPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/plan",
        ))

    def read_rota_report(
        self,
        rota_id: str | UUID,
    ) -> s.RotaReport:
        """See how a rota, or its trial, went.

        `GET /v1/rotas/{rota_id}/report` with the scope community:read.

        Return what was done by now, who contributed, and whether a full meeting should be called.
        """
        return cast('s.RotaReport', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/report",
        ))

    def read_round_table(
        self,
        round_table_id: str | UUID,
    ) -> s.RoundTablePublic:
        """Read a round table.

        `GET /v1/round-tables/{round_table_id}` with the scope assessments:read.

        Return one round table.
        """
        return cast('s.RoundTablePublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}",
        ))

    def read_safeguards(
        self,
        participant_id: str | UUID,
    ) -> s.SafeguardsPublic:
        """Read what safety gates may know.

        `GET /v1/participants/{participant_id}/safeguards` with the scope participants:write.

        For her and for who registered her; every reading is on record. Nobody else sees it: gates only use it.
        """
        return cast('s.SafeguardsPublic', self._ask(
            "GET",
            f"/v1/participants/{part(participant_id)}/safeguards",
        ))

    def read_service(
        self,
        service_id: str | UUID,
    ) -> s.ServicePublic:
        """Read one.

        `GET /v1/services/{service_id}` with the scope directory:read.
        """
        return cast('s.ServicePublic', self._ask(
            "GET",
            f"/v1/services/{part(service_id)}",
        ))

    def read_sitting(
        self,
        assessment_id: str | UUID,
        sitting_id: str | UUID,
    ) -> s.SittingPublic:
        """Read a sitting.

        `GET /v1/assessments/{assessment_id}/sittings/{sitting_id}` with the scope assessments:read.

        Return one sitting.
        """
        return cast('s.SittingPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/sittings/{part(sitting_id)}",
        ))

    def read_spending(
        self,
        project_id: str | UUID,
        spending_id: str | UUID,
    ) -> s.SpendingPublic:
        """Read a sum that was spent.

        `GET /v1/projects/{project_id}/spending/{spending_id}` with the scope community:read.

        Return one sum.
        """
        return cast('s.SpendingPublic', self._ask(
            "GET",
            f"/v1/projects/{part(project_id)}/spending/{part(spending_id)}",
        ))

    def read_staff(
        self,
        staff_id: str | UUID,
        *,
        tenant_id: str | UUID | None = None,
    ) -> s.StaffPublic:
        """Read a member of staff.

        `GET /v1/staff/{staff_id}` with the scope clients:write.
        """
        return cast('s.StaffPublic', self._ask(
            "GET",
            f"/v1/staff/{part(staff_id)}",
            query={"tenant_id": tenant_id},
        ))

    def read_stated_need(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
    ) -> s.StatedNeedPublic:
        """Read a need.

        `GET /v1/assessments/{assessment_id}/needs/{item_id}` with the scope assessments:read.

        Return one.
        """
        return cast('s.StatedNeedPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}",
        ))

    def read_stated_need_risk(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        risk_id: str | UUID,
    ) -> s.RiskWeighed:
        """Read a risk.

        `GET /v1/assessments/{assessment_id}/needs/{item_id}/risks/{risk_id}` with the scope assessments:read.

        Return one risk.
        """
        return cast('s.RiskWeighed', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}/risks/{part(risk_id)}",
        ))

    def read_statement(
        self,
        account_id: str | UUID,
        *,
        from_: str | datetime | None = None,
        to: str | datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        format: Literal["json", "csv"] | None = None,
    ) -> s.Statement | bytes:
        """Read what happened on an account.

        `GET /v1/accounts/{account_id}/statement` with the scope timebank:read.

        Return opening balance, lines, closing balance, totals and how often the account took part. As CSV it comes
        whole, up to 10,000 lines.
        """
        return cast('s.Statement | bytes', self._ask(
            "GET",
            f"/v1/accounts/{part(account_id)}/statement",
            query={"from": from_, "to": to, "limit": limit, "cursor": cursor, "format": format},
        ))

    def read_strengths(
        self,
        assessment_id: str | UUID,
    ) -> s.StrengthsPublic:
        """See whether strengths were named.

        `GET /v1/assessments/{assessment_id}/strengths` with the scope assessments:read.

        Say how the capability side stands against the needs, with prompts in her language when it is thin.
        """
        return cast('s.StrengthsPublic', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/strengths",
        ))

    def read_summary(
        self,
        assessment_id: str | UUID,
        *,
        language: str | None = None,
        format: Literal["json", "html", "pdf"] | None = None,
        accept: str | None = None,
    ) -> s.Summary | bytes:
        """The person's own copy.

        `GET /v1/assessments/{assessment_id}/summary` with the scope assessments:read.

        Return what she can do and wants, in her language: as data, as a page (HTML), or to print (PDF).
        """
        return cast('s.Summary | bytes', self._ask(
            "GET",
            f"/v1/assessments/{part(assessment_id)}/summary",
            query={"language": language, "format": format},
            headers={"accept": accept},
        ))

    def read_survey(
        self,
        survey_id: str | UUID,
    ) -> s.SurveyPublic:
        """Read a survey.

        `GET /v1/surveys/{survey_id}` with the scope assessments:read.

        Return one survey.
        """
        return cast('s.SurveyPublic', self._ask(
            "GET",
            f"/v1/surveys/{part(survey_id)}",
        ))

    def read_survey_results(
        self,
        survey_id: str | UUID,
        *,
        format: Literal["json", "csv"] | None = None,
        language: str | None = None,
    ) -> s.SurveyResults | bytes:
        """Read what a survey has found.

        `GET /v1/surveys/{survey_id}/results` with the scope assessments:read.

        Return counts, shares and means per question, and, for the holder, free texts apart from all else.
        """
        return cast('s.SurveyResults | bytes', self._ask(
            "GET",
            f"/v1/surveys/{part(survey_id)}/results",
            query={"format": format, "language": language},
        ))

    def read_swap(
        self,
        rota_id: str | UUID,
        swap_id: str | UUID,
    ) -> s.SwapPublic:
        """Read a swap.

        `GET /v1/rotas/{rota_id}/swaps/{swap_id}` with the scope community:read.

        Return one swap.
        """
        return cast('s.SwapPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/swaps/{part(swap_id)}",
        ))

    def read_table(
        self,
        round_table_id: str | UUID,
        table_id: str | UUID,
    ) -> s.TablePublic:
        """Read a table.

        `GET /v1/round-tables/{round_table_id}/tables/{table_id}` with the scope assessments:read.

        Return one table.
        """
        return cast('s.TablePublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/tables/{part(table_id)}",
        ))

    def read_taxonomy(
        self,
        taxonomy_id: str | UUID,
    ) -> s.TaxonomyPublic:
        """Read a taxonomy.

        `GET /v1/taxonomies/{taxonomy_id}` with the scope directory:read.
        """
        return cast('s.TaxonomyPublic', self._ask(
            "GET",
            f"/v1/taxonomies/{part(taxonomy_id)}",
        ))

    def read_tenant(
        self,
        tenant_id: str | UUID,
    ) -> s.TenantPublic:
        """Read a tenant.

        `GET /v1/tenants/{tenant_id}`.
        """
        return cast('s.TenantPublic', self._ask(
            "GET",
            f"/v1/tenants/{part(tenant_id)}",
        ))

    def read_term(
        self,
        term_id: str | UUID,
    ) -> s.TermPublic:
        """Read one of your community's own names.

        `GET /v1/terms/{term_id}` with the scope directory:read.
        """
        return cast('s.TermPublic', self._ask(
            "GET",
            f"/v1/terms/{part(term_id)}",
        ))

    def read_timebank_policy(
        self,
    ) -> s.TimebankPolicy:
        """See what limits and alerts accounts have.

        `GET /v1/timebank-policy` with the scope timebank:read.

        Return what the community has decided for its accounts.
        """
        return cast('s.TimebankPolicy', self._ask(
            "GET",
            "/v1/timebank-policy",
        ))

    def read_transfer(
        self,
        transfer_id: str | UUID,
    ) -> s.TransferPublic:
        """Read a transfer.

        `GET /v1/transfers/{transfer_id}` with the scope timebank:read.

        Return one transfer.
        """
        return cast('s.TransferPublic', self._ask(
            "GET",
            f"/v1/transfers/{part(transfer_id)}",
        ))

    def read_turn(
        self,
        rota_id: str | UUID,
        turn_id: str | UUID,
    ) -> s.TurnPublic:
        """Read a turn.

        `GET /v1/rotas/{rota_id}/turns/{turn_id}` with the scope community:read.

        Return one turn.
        """
        return cast('s.TurnPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/turns/{part(turn_id)}",
        ))

    def read_turnout(
        self,
        round_table_id: str | UUID,
    ) -> s.Turnout:
        """Who brought how many people.

        `GET /v1/round-tables/{round_table_id}/turnout` with the scope assessments:read.

        Return people invited, accepted, declined and attended, per inviter and language, and who came in all.
        """
        return cast('s.Turnout', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/turnout",
        ))

    def read_volunteer(
        self,
        rota_id: str | UUID,
        volunteer_id: str | UUID,
    ) -> s.VolunteerPublic:
        """Read a volunteer.

        `GET /v1/rotas/{rota_id}/volunteers/{volunteer_id}` with the scope community:read.

        Return one volunteer.
        """
        return cast('s.VolunteerPublic', self._ask(
            "GET",
            f"/v1/rotas/{part(rota_id)}/volunteers/{part(volunteer_id)}",
        ))

    def read_vote(
        self,
        round_table_id: str | UUID,
        voter: str,
    ) -> s.VotePublic:
        """Read a voter's dots.

        `GET /v1/round-tables/{round_table_id}/votes/{voter}` with the scope assessments:read.

        Return where one voter's dots are, and how many are left.
        """
        return cast('s.VotePublic', self._ask(
            "GET",
            f"/v1/round-tables/{part(round_table_id)}/votes/{part(voter)}",
        ))

    def read_webhook(
        self,
        webhook_id: str | UUID,
    ) -> s.WebhookPublic:
        """Read a webhook.

        `GET /v1/webhooks/{webhook_id}` with the scope webhooks:manage.
        """
        return cast('s.WebhookPublic', self._ask(
            "GET",
            f"/v1/webhooks/{part(webhook_id)}",
        ))

    def read_webhook_delivery(
        self,
        webhook_id: str | UUID,
        delivery_id: str | UUID,
    ) -> s.DeliveryPublic:
        """Read a delivery and its attempts.

        `GET /v1/webhooks/{webhook_id}/deliveries/{delivery_id}` with the scope webhooks:manage.
        """
        return cast('s.DeliveryPublic', self._ask(
            "GET",
            f"/v1/webhooks/{part(webhook_id)}/deliveries/{part(delivery_id)}",
        ))

    def read_whether_voted(
        self,
        council_id: str | UUID,
        election_id: str | UUID,
        voter: str,
    ) -> s.BallotPublic:
        """Ask whether somebody has voted.

        `GET /v1/councils/{council_id}/elections/{election_id}/ballots/{voter}` with the scope community:read.

        Say whether a voter has voted, and no more.
        """
        return cast('s.BallotPublic', self._ask(
            "GET",
            f"/v1/councils/{part(council_id)}/elections/{part(election_id)}/ballots/{part(voter)}",
        ))

    def reassess(
        self,
        assessment_id: str | UUID,
        body: s.Reassess,
        *,
        key: Key = None,
    ) -> s.AssessmentPublic:
        """Start the next one.

        `POST /v1/assessments/{assessment_id}:reassess` with the scope assessments:write.

        Start an assessment of the same person that follows this one; nothing she said is copied.
        """
        return cast('s.AssessmentPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}:reassess",
            body=body,
            key=key,
            keyed=True,
        ))

    def recognise_need(
        self,
        need_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.NeedPublic:
        """Recognise a stated need, after it has been talked over.

        `POST /v1/needs/{need_id}:recognise` with the scope matching:write.
        """
        return cast('s.NeedPublic', self._ask(
            "POST",
            f"/v1/needs/{part(need_id)}:recognise",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def record_check(
        self,
        participant_id: str | UUID,
        body: s.HeldCheck,
        *,
        key: Key = None,
    ) -> s.CheckPublic:
        """Record that a check was seen.

        `POST /v1/participants/{participant_id}/checks` with the scope participants:write.

        Which, when, by whom and until when: what a certificate says is written nowhere.
        """
        return cast('s.CheckPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}/checks",
            body=body,
            key=key,
            keyed=True,
        ))

    def recover_webhook(
        self,
        webhook_id: str | UUID,
        body: s.Recovery,
        *,
        key: Key = None,
    ) -> s.Recovered:
        """Send what has failed again.

        `POST /v1/webhooks/{webhook_id}:recover` with the scope webhooks:manage.

        Send the failed deliveries of a period again, in their order, each with ten new attempts.
        """
        return cast('s.Recovered', self._ask(
            "POST",
            f"/v1/webhooks/{part(webhook_id)}:recover",
            body=body,
            key=key,
            keyed=True,
        ))

    def refuse_asset_proposal(
        self,
        proposal_id: str | UUID,
        body: s.ProposalRefuse,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.ProposalPublic:
        """Make nothing of what is proposed.

        `POST /v1/asset-proposals/{proposal_id}:refuse` with the scope directory:write.

        Say why nothing comes of it; the same response is not proposed again.
        """
        return cast('s.ProposalPublic', self._ask(
            "POST",
            f"/v1/asset-proposals/{part(proposal_id)}:refuse",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def refuse_duplicate(
        self,
        duplicate_id: str | UUID,
        body: s.DuplicateRefusal,
        *,
        key: Key = None,
    ) -> s.DuplicatePublic:
        """Say that the two are not the same.

        `POST /v1/duplicates/{duplicate_id}:refuse` with the scope directory:read.

        Needs `directory:manage`, for participants `participants:write`. The pair is not suggested again.
        """
        return cast('s.DuplicatePublic', self._ask(
            "POST",
            f"/v1/duplicates/{part(duplicate_id)}:refuse",
            body=body,
            key=key,
            keyed=True,
        ))

    def register_participant(
        self,
        body: s.ParticipantCreate,
        *,
        key: Key = None,
    ) -> s.ParticipantPublic:
        """Register a participant.

        `POST /v1/participants` with the scope participants:write.

        Your organisation registers her and may then record her consents. Each grant names one purpose and who may.
        `assessment` is needed to assess her or to put her name on a card, `matching` to publish what she offers or
        needs and to suggest her, `introduction` to release her contact, `timebank` to keep an account for her.
        """
        return cast('s.ParticipantPublic', self._ask(
            "POST",
            "/v1/participants",
            body=body,
            key=key,
            keyed=True,
        ))

    def remove_allocation(
        self,
        allocation_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Remove an allocation.

        `DELETE /v1/allocations/{allocation_id}` with the scope matching:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/allocations/{part(allocation_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def remove_electorate(
        self,
        council_id: str | UUID,
        electorate_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Remove an electorate.

        `DELETE /v1/councils/{council_id}/electorates/{electorate_id}` with the scope community:write.

        Take it away.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/councils/{part(council_id)}/electorates/{part(electorate_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def remove_lab_member(
        self,
        lab_id: str | UUID,
        member_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Let a member go.

        `DELETE /v1/co-production-labs/{lab_id}/members/{member_id}` with the scope community:write.

        Let somebody go; a citizen and a member of staff must remain.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/co-production-labs/{part(lab_id)}/members/{part(member_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def remove_labs(
        self,
        labs_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Remove labs.

        `DELETE /v1/labs/{labs_id}` with the scope matching:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/labs/{part(labs_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def remove_rings(
        self,
        rings_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Remove rings.

        `DELETE /v1/rings/{rings_id}` with the scope matching:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/rings/{part(rings_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def remove_volunteer(
        self,
        rota_id: str | UUID,
        volunteer_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Let a volunteer go.

        `DELETE /v1/rotas/{rota_id}/volunteers/{volunteer_id}` with the scope community:write.

        Let somebody go: turns done stay on record, turns planned become gaps.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/rotas/{part(rota_id)}/volunteers/{part(volunteer_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def replace_instrument(
        self,
        instrument_id: str | UUID,
        body: s.InstrumentCreateInput,
        *,
        if_match: IfMatch = None,
    ) -> s.InstrumentPublic:
        """Replace a draft.

        `PUT /v1/instruments/{instrument_id}` with the scope assessments:write.

        Put another definition in its place; without `translations` the words stay that still belong to something.
        """
        return cast('s.InstrumentPublic', self._ask(
            "PUT",
            f"/v1/instruments/{part(instrument_id)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def replan_rota(
        self,
        rota_id: str | UUID,
        body: s.Replanning,
        *,
        key: Key = None,
    ) -> s.PlanPublic:
        """Plan a rota anew from a day on.

        `POST /v1/rotas/{rota_id}:replan` with the scope community:write.

        Keep what was done; whoever has not helped yet gets the earlier turns.
        """
        return cast('s.PlanPublic', self._ask(
            "POST",
            f"/v1/rotas/{part(rota_id)}:replan",
            body=body,
            key=key,
            keyed=True,
        ))

    def replay_webhook_delivery(
        self,
        webhook_id: str | UUID,
        delivery_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.DeliveryPublic:
        """Send one message again.

        `POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}:replay` with the scope webhooks:manage.

        Send it now, whether it failed, waits or was delivered: under its message id, with ten new attempts.
        """
        return cast('s.DeliveryPublic', self._ask(
            "POST",
            f"/v1/webhooks/{part(webhook_id)}/deliveries/{part(delivery_id)}:replay",
            key=key,
            keyed=True,
        ))

    def report_fairness(
        self,
    ) -> s.FairnessReport:
        """See how evenly people are asked.

        `GET /v1/reports/fairness` with the scope reports:read.
        """
        return cast('s.FairnessReport', self._ask(
            "GET",
            "/v1/reports/fairness",
        ))

    def report_gaps(
        self,
        *,
        format: Literal["json", "csv", "svg"] | None = None,
        labels: str | None = None,
        category: Literal["advice", "childcare", "community", "company", "culture", "digital", "family", "food", "garden", "health", "household", "housing", "language", "learning", "repair", "shopping", "sport", "transport", "work"] | None = None,
        concept: str | None = None,
        area: str | None = None,
        language: str | None = None,
        period: str | None = None,
        group_by: str | None = None,
        periods: Literal["quarter", "month"] | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> s.GapReport | bytes:
        """Which needs no capability meets yet.

        `GET /v1/reports/gaps` with the scope reports:read.

        Return needs, capabilities, published, met, unmet and unasked: per category, or grouped as you like.
        """
        return cast('s.GapReport | bytes', self._ask(
            "GET",
            "/v1/reports/gaps",
            query={"format": format, "labels": labels, "category": category, "concept": concept, "area": area, "language": language, "period": period, "group_by": group_by, "periods": periods, "from": from_, "to": to},
        ))

    def report_round_tables(
        self,
        *,
        from_: str | datetime | None = None,
        to: str | datetime | None = None,
        area: str | None = None,
    ) -> s.RoundTableReport:
        """Round tables in numbers.

        `GET /v1/reports/round-tables` with the scope reports:read.

        Return how many evenings there were, who came, in which language communities, and the cards they laid.
        """
        return cast('s.RoundTableReport', self._ask(
            "GET",
            "/v1/reports/round-tables",
            query={"from": from_, "to": to, "area": area},
        ))

    def resolve_answer_conflict(
        self,
        assessment_id: str | UUID,
        question_id: str,
        body: s.Resolve,
        *,
        key: Key = None,
    ) -> s.AnswerPublic:
        """Decide a conflict.

        `POST /v1/assessments/{assessment_id}/conflicts/{question_id}:resolve` with the scope assessments:write.

        Let one of the answers count; the others stay in the history.
        """
        return cast('s.AnswerPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/conflicts/{part(question_id)}:resolve",
            body=body,
            key=key,
            keyed=True,
        ))

    def respond_to_survey(
        self,
        survey_id: str | UUID,
        body: s.Respond,
        *,
        key: Key = None,
    ) -> s.Taken:
        """Answer a survey.

        `POST /v1/surveys/{survey_id}/responses` with the scope assessments:write.

        Take an anonymous response. It has no address of its own: nobody can read it again by itself.
        """
        return cast('s.Taken', self._ask(
            "POST",
            f"/v1/surveys/{part(survey_id)}/responses",
            body=body,
            key=key,
            keyed=True,
        ))

    def restrict_person(
        self,
        participant_id: str | UUID,
        body: s.RestrictBody,
        *,
        key: Key = None,
    ) -> s.RestrictionPublic:
        """Restrict the use of data.

        `POST /v1/participants/{participant_id}:restrict` with the scope participants:write.

        Nothing is done with what is held about her, whatever she has granted; only she and who registered her see
        it.
        """
        return cast('s.RestrictionPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}:restrict",
            body=body,
            key=key,
            keyed=True,
        ))

    def resume_connection(
        self,
        connection_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.ConnectionPublic:
        """Let a connection be run again.

        `POST /v1/connections/{connection_id}:resume` with the scope connections:manage.
        """
        return cast('s.ConnectionPublic', self._ask(
            "POST",
            f"/v1/connections/{part(connection_id)}:resume",
            key=key,
            keyed=True,
        ))

    def resume_offer(
        self,
        offer_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.OfferPublic:
        """Take an offer up again.

        `POST /v1/offers/{offer_id}:resume` with the scope matching:write.
        """
        return cast('s.OfferPublic', self._ask(
            "POST",
            f"/v1/offers/{part(offer_id)}:resume",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def resync_needs(
        self,
        body: str | bytes,
        *,
        system: str,
        dry_run: bool | None = None,
        taken_at: str | datetime | None = None,
        confirm_deletions: int | None = None,
        lines: int | None = None,
    ) -> bytes:
        """Bring needs in step with another system's complete list.

        `POST /v1/needs:resync`.

        What is not as the list has it is brought in step, what the list lacks is deleted. Where more than ten and
        more than a fifth would be deleted, or more than one and more than half, or the list is empty, nothing
        happens (409 `resync-would-delete`) until `confirm_deletions` says how many may be.
        """
        return cast('bytes', self._ask(
            "POST",
            "/v1/needs:resync",
            query={"system": system, "dry_run": dry_run, "taken_at": taken_at, "confirm_deletions": confirm_deletions, "lines": lines},
            body=body,
            media="application/x-ndjson",
        ))

    def resync_offers(
        self,
        body: str | bytes,
        *,
        system: str,
        dry_run: bool | None = None,
        taken_at: str | datetime | None = None,
        confirm_deletions: int | None = None,
        lines: int | None = None,
    ) -> bytes:
        """Bring offers in step with another system's complete list.

        `POST /v1/offers:resync`.

        What is not as the list has it is brought in step, what the list lacks is deleted. Where more than ten and
        more than a fifth would be deleted, or more than one and more than half, or the list is empty, nothing
        happens (409 `resync-would-delete`) until `confirm_deletions` says how many may be.
        """
        return cast('bytes', self._ask(
            "POST",
            "/v1/offers:resync",
            query={"system": system, "dry_run": dry_run, "taken_at": taken_at, "confirm_deletions": confirm_deletions, "lines": lines},
            body=body,
            media="application/x-ndjson",
        ))

    def resync_participants(
        self,
        body: str | bytes,
        *,
        system: str,
        dry_run: bool | None = None,
        taken_at: str | datetime | None = None,
        confirm_deletions: int | None = None,
        lines: int | None = None,
    ) -> bytes:
        """Bring participants in step with another system's complete list.

        `POST /v1/participants:resync`.

        What is not as the list has it is brought in step, what the list lacks is deleted. Where more than ten and
        more than a fifth would be deleted, or more than one and more than half, or the list is empty, nothing
        happens (409 `resync-would-delete`) until `confirm_deletions` says how many may be.
        """
        return cast('bytes', self._ask(
            "POST",
            "/v1/participants:resync",
            query={"system": system, "dry_run": dry_run, "taken_at": taken_at, "confirm_deletions": confirm_deletions, "lines": lines},
            body=body,
            media="application/x-ndjson",
        ))

    def retract_check(
        self,
        participant_id: str | UUID,
        check_id: str | UUID,
    ) -> None:
        """Retract a check.

        `DELETE /v1/participants/{participant_id}/checks/{check_id}` with the scope participants:write.

        It holds no longer, and stays as history.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/participants/{part(participant_id)}/checks/{part(check_id)}",
        ))

    def reverse_transfer(
        self,
        transfer_id: str | UUID,
        body: s.Reversal,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.TransferPublic:
        """Give a transfer back.

        `POST /v1/transfers/{transfer_id}:reverse` with the scope timebank:write.

        Give a transfer back in full, once. The account that received it must be the caller's to spend from.
        """
        return cast('s.TransferPublic', self._ask(
            "POST",
            f"/v1/transfers/{part(transfer_id)}:reverse",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def review_assessment(
        self,
        assessment_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.AssessmentPublic:
        """Mark it as reviewed.

        `POST /v1/assessments/{assessment_id}:review` with the scope assessments:write.

        Note that the person and her caseworker went through it again.
        """
        return cast('s.AssessmentPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}:review",
            key=key,
            keyed=True,
        ))

    def review_instrument_translation(
        self,
        instrument_id: str | UUID,
        language: str,
        body: s.ReviewIn,
        *,
        key: Key = None,
    ) -> s.LanguagesPublic:
        """Note that a native speaker has read texts.

        `POST /v1/instruments/{instrument_id}/translations/{language}:review` with the scope assessments:manage.

        Note it, for your tenant; no text changes. Shipped instruments are reviewed in the same way.
        """
        return cast('s.LanguagesPublic', self._ask(
            "POST",
            f"/v1/instruments/{part(instrument_id)}/translations/{part(language)}:review",
            body=body,
            key=key,
            keyed=True,
        ))

    def review_override(
        self,
        override_id: str | UUID,
        body: s.OverrideReview,
        *,
        key: Key = None,
    ) -> s.OverridePublic:
        """Review somebody else's override.

        `POST /v1/overrides/{override_id}:review` with the scope rights:manage.
        """
        return cast('s.OverridePublic', self._ask(
            "POST",
            f"/v1/overrides/{part(override_id)}:review",
            body=body,
            key=key,
            keyed=True,
        ))

    def revise_instrument(
        self,
        instrument_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.InstrumentPublic:
        """Draft the next version.

        `POST /v1/instruments/{instrument_id}:revise` with the scope assessments:write.

        Make a draft of your own from a shipped, a published or a withdrawn instrument.
        """
        return cast('s.InstrumentPublic', self._ask(
            "POST",
            f"/v1/instruments/{part(instrument_id)}:revise",
            key=key,
            keyed=True,
        ))

    def revoke_consent(
        self,
        participant_id: str | UUID,
        consent_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.ConsentPublic:
        """End a grant of consent.

        `POST /v1/participants/{participant_id}/consents/{consent_id}:revoke` with the scope participants:write.

        It holds from the next request on, in every service.
        """
        return cast('s.ConsentPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}/consents/{part(consent_id)}:revoke",
            key=key,
            keyed=True,
        ))

    def revoke_token(
        self,
        body: Mapping[str, str],
    ) -> Any:
        """Revoke an access token.

        `POST /oauth/revoke`.

        End one of the client's tokens at once (RFC 7009). A token that is not known is answered alike.
        """
        return cast('Any', self._ask(
            "POST",
            "/oauth/revoke",
            body=body,
            media="application/x-www-form-urlencoded",
        ))

    def rotate_webhook_secret(
        self,
        webhook_id: str | UUID,
        body: s.SecretRotation | None | None = None,
        *,
        key: Key = None,
    ) -> s.WebhookWithSecret:
        """Give a webhook a new secret.

        `POST /v1/webhooks/{webhook_id}:rotate-secret` with the scope webhooks:manage.

        Sign with a new secret, shown now and never again, and for a time with the old one too.
        """
        return cast('s.WebhookWithSecret', self._ask(
            "POST",
            f"/v1/webhooks/{part(webhook_id)}:rotate-secret",
            body=body,
            key=key,
            keyed=True,
        ))

    def run_connection(
        self,
        connection_id: str | UUID,
        body: s.ConnectionRunCreate,
        *,
        key: Key = None,
    ) -> s.ConnectionRunPublic:
        """Run a connection now.

        `POST /v1/connections/{connection_id}:run` with the scope connections:manage.

        It is worked on in the background; read the run for how far it is. One at a time (409 `run-under-way`).
        """
        return cast('s.ConnectionRunPublic', self._ask(
            "POST",
            f"/v1/connections/{part(connection_id)}:run",
            body=body,
            key=key,
            keyed=True,
        ))

    def run_feed(
        self,
        feed_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.ImportPublic:
        """Read it now.

        `POST /v1/feeds/{feed_id}:run` with the scope directory:manage.
        """
        return cast('s.ImportPublic', self._ask(
            "POST",
            f"/v1/feeds/{part(feed_id)}:run",
            key=key,
            keyed=True,
        ))

    def run_retention(
        self,
        *,
        key: Key = None,
    ) -> s.RetentionReportPublic:
        """Count what is old now; end what may end.

        `POST /v1/retention:run` with the scope rights:manage.

        It also happens by itself once a day. The first run after a period was set only counts.
        """
        return cast('s.RetentionReportPublic', self._ask(
            "POST",
            "/v1/retention:run",
            key=key,
            keyed=True,
        ))

    def search_assets(
        self,
        *,
        q: str | None = None,
        language: str | None = None,
        kind: list[Literal["organisation", "group", "micro_provider", "place", "service", "activity", "person"]] | None = None,
        category: Literal["housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture", "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital", "community"] | None = None,
        concept: str | None = None,
        near: str | None = None,
        postcode: str | None = None,
        radius_km: float | None = None,
        area: str | None = None,
        open_at: str | datetime | None = None,
        open_from: str | datetime | None = None,
        open_until: str | datetime | None = None,
        cost: Literal["free", "any"] | None = None,
        max_cost: int | None = None,
        access: list[Literal["step-free", "accessible-toilet", "hearing-loop", "sign-language", "large-print", "easy-read", "quiet-space", "accessible-parking", "assistance-dogs", "home-visits", "online"]] | None = None,
        spoken: str | None = None,
        age: int | None = None,
        updated_after: str | datetime | None = None,
        sort: Literal["relevance", "distance", "name"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        facets: bool | None = None,
    ) -> s.AssetsFound:
        """Search everything that the community has.

        `GET /v1/assets` with the scope directory:read.

        Organisations, groups, micro-providers, places, services, activities; and those people who let you see them.
        Words are understood in any language of the vocabulary. All filters must hold; `hidden` says for each how
        many more would be found without it. `why` gives the reasons. What was added a moment ago is found by its
        words at once, and by what it is about a little later. Without words, counting stops at 10,000.
        """
        return cast('s.AssetsFound', self._ask(
            "GET",
            "/v1/assets",
            query={"q": q, "language": language, "kind": kind, "category": category, "concept": concept, "near": near, "postcode": postcode, "radius_km": radius_km, "area": area, "open_at": open_at, "open_from": open_from, "open_until": open_until, "cost": cost, "max_cost": max_cost, "access": access, "spoken": spoken, "age": age, "updated_after": updated_after, "sort": sort, "limit": limit, "cursor": cursor, "facets": facets},
        ))

    def send_message(
        self,
        match_id: str | UUID,
        body: s.MessageCreate,
        *,
        key: Key = None,
    ) -> s.MessagePublic:
        """Write to the other side.

        `POST /v1/matches/{match_id}/messages` with the scope matching:write.

        The two sides write to each other through this without knowing who they are. Until both have accepted, a
        text with a phone number, an e-mail address or a URL is refused (422 `contact-in-message`). Messages of a
        match that was suspended, withdrawn or declined are closed.
        """
        return cast('s.MessagePublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}/messages",
            body=body,
            key=key,
            keyed=True,
        ))

    def set_contact(
        self,
        participant_id: str | UUID,
        body: s.ContactPut,
        *,
        if_match: IfMatch = None,
    ) -> s.ContactPublic:
        """Replace how to reach a participant.

        `PUT /v1/participants/{participant_id}/contact` with the scope participants:write.
        """
        return cast('s.ContactPublic', self._ask(
            "PUT",
            f"/v1/participants/{part(participant_id)}/contact",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def set_household(
        self,
        participant_id: str | UUID,
        body: s.HouseholdPut,
        *,
        if_match: IfMatch = None,
    ) -> s.DirectoryHouseholdPublic:
        """Say who lives with a participant.

        `PUT /v1/participants/{participant_id}/household` with the scope participants:write.

        How many adults, and of the children only their bands of age. Seen by her and by who registered her.
        """
        return cast('s.DirectoryHouseholdPublic', self._ask(
            "PUT",
            f"/v1/participants/{part(participant_id)}/household",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def set_retention(
        self,
        body: s.RetentionPut,
    ) -> s.RetentionPublic:
        """Set how long things are kept.

        `PUT /v1/retention` with the scope rights:manage.

        What is older ends by itself only with `enforce`, and only after a report since then has counted it.
        """
        return cast('s.RetentionPublic', self._ask(
            "PUT",
            "/v1/retention",
            body=body,
        ))

    def set_safeguards(
        self,
        participant_id: str | UUID,
        body: s.SafeguardsPut,
        *,
        if_match: IfMatch = None,
    ) -> s.SafeguardsPublic:
        """Replace what safety gates may know.

        `PUT /v1/participants/{participant_id}/safeguards` with the scope participants:write.

        Gender and age only as she declares them, checks only as who and when; for safety gates and nothing else.
        """
        return cast('s.SafeguardsPublic', self._ask(
            "PUT",
            f"/v1/participants/{part(participant_id)}/safeguards",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def set_table(
        self,
        round_table_id: str | UUID,
        body: s.SetTable,
        *,
        key: Key = None,
    ) -> s.TablePublic:
        """Set up a table.

        `POST /v1/round-tables/{round_table_id}/tables` with the scope assessments:write.

        Set up a table for one language community.
        """
        return cast('s.TablePublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/tables",
            body=body,
            key=key,
            keyed=True,
        ))

    def settle_card(
        self,
        round_table_id: str | UUID,
        card_id: str | UUID,
        body: s.Settle,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.CardPublic:
        """Settle a conflict of wordings.

        `POST /v1/round-tables/{round_table_id}/cards/{card_id}:settle` with the scope assessments:write.

        Keep the present wording or take the delivered one; the other stays beside it as replaced.
        """
        return cast('s.CardPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/cards/{part(card_id)}:settle",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def settle_election(
        self,
        council_id: str | UUID,
        election_id: str | UUID,
        body: s.SettleElection,
        *,
        key: Key = None,
    ) -> s.ElectionPublic:
        """Count the votes and fill the seats.

        `POST /v1/councils/{council_id}/elections/{election_id}:settle` with the scope community:write.

        Fill the seats by votes, as quotas allow. A tie stops the count: settle again and say how it was settled. A
        vote by ballot is closed first. If seats or quotas cannot be filled, `leave_vacant` leaves those seats
        empty.
        """
        return cast('s.ElectionPublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}/elections/{part(election_id)}:settle",
            body=body,
            key=key,
            keyed=True,
        ))

    def stand_for_council(
        self,
        council_id: str | UUID,
        body: s.Stand,
        *,
        key: Key = None,
    ) -> s.CandidatePublic:
        """Note who stands.

        `POST /v1/councils/{council_id}/candidates` with the scope community:write.

        Note that somebody stands, under the name she chooses.
        """
        return cast('s.CandidatePublic', self._ask(
            "POST",
            f"/v1/councils/{part(council_id)}/candidates",
            body=body,
            key=key,
            keyed=True,
        ))

    def start_assessment(
        self,
        body: s.StartAssessment,
        *,
        key: Key = None,
    ) -> s.AssessmentPublic:
        """Start an assessment.

        `POST /v1/assessments` with the scope assessments:write.

        Start a draft for a participant who consents that your organisation assesses with her.
        """
        return cast('s.AssessmentPublic', self._ask(
            "POST",
            "/v1/assessments",
            body=body,
            key=key,
            keyed=True,
        ))

    def start_import(
        self,
        body: s.ImportCreate,
        *,
        key: Key = None,
    ) -> s.ImportPublic:
        """Import a directory's files.

        `POST /v1/imports` with the scope directory:write.
        """
        return cast('s.ImportPublic', self._ask(
            "POST",
            "/v1/imports",
            body=body,
            key=key,
            keyed=True,
        ))

    def start_inviting(
        self,
        round_table_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.RoundTablePublic:
        """Start inviting.

        `POST /v1/round-tables/{round_table_id}:invite` with the scope assessments:write.

        Step from planned to inviting.
        """
        return cast('s.RoundTablePublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}:invite",
            key=key,
            keyed=True,
        ))

    def start_project(
        self,
        project_id: str | UUID,
        body: s.StartProject,
        *,
        key: Key = None,
    ) -> s.ProjectPublic:
        """Start a project.

        `POST /v1/projects/{project_id}:start` with the scope community:write.

        Let an agreed project begin.
        """
        return cast('s.ProjectPublic', self._ask(
            "POST",
            f"/v1/projects/{part(project_id)}:start",
            body=body,
            key=key,
            keyed=True,
        ))

    def state_hours(
        self,
        match_id: str | UUID,
        body: s.HoursCreate,
        *,
        key: Key = None,
    ) -> s.HoursPublic:
        """State hours that were given.

        `POST /v1/matches/{match_id}/hours` with the scope matching:write.
        """
        return cast('s.HoursPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}/hours",
            body=body,
            key=key,
            keyed=True,
        ))

    def stop_project(
        self,
        project_id: str | UUID,
        body: s.StopProject,
        *,
        key: Key = None,
    ) -> s.ProjectPublic:
        """Stop a project.

        `POST /v1/projects/{project_id}:stop` with the scope community:write.

        Stop a project, with the reason.
        """
        return cast('s.ProjectPublic', self._ask(
            "POST",
            f"/v1/projects/{part(project_id)}:stop",
            body=body,
            key=key,
            keyed=True,
        ))

    def suggest_groups(
        self,
        round_table_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.Suggested:
        """Group like cards.

        `POST /v1/round-tables/{round_table_id}/groups:suggest` with the scope assessments:write.

        Group the cards that are in no group by what they are about, whatever their language.
        """
        return cast('s.Suggested', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/groups:suggest",
            key=key,
            keyed=True,
        ))

    def suspend_match(
        self,
        match_id: str | UUID,
        body: s.Suspension,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MatchPublic:
        """Halt a match for a concern (staff).

        `POST /v1/matches/{match_id}:suspend` with the scope matching:write.
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}:suspend",
            headers={"if-match": tag(if_match)},
            body=body,
            key=key,
            keyed=True,
        ))

    def test_webhook(
        self,
        webhook_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.DeliveryPublic:
        """Send a test message.

        `POST /v1/webhooks/{webhook_id}:test` with the scope webhooks:manage.

        Send a message of the type `webhook.test`, which says that nothing happened.
        """
        return cast('s.DeliveryPublic', self._ask(
            "POST",
            f"/v1/webhooks/{part(webhook_id)}:test",
            key=key,
            keyed=True,
        ))

    def tie_outcome(
        self,
        assessment_id: str | UUID,
        outcome_id: str | UUID,
        body: s.TieMatches,
        *,
        if_match: IfMatch = None,
    ) -> s.OutcomePublic:
        """Say what it came of.

        `PUT /v1/assessments/{assessment_id}/outcomes/{outcome_id}/matches` with the scope assessments:write.

        Tie it to matches of what this assessment has made known; the list takes the place of an earlier one.
        """
        return cast('s.OutcomePublic', self._ask(
            "PUT",
            f"/v1/assessments/{part(assessment_id)}/outcomes/{part(outcome_id)}/matches",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def translate_instrument(
        self,
        instrument_id: str | UUID,
        language: str,
        body: s.WordingIn,
        *,
        if_match: IfMatch = None,
    ) -> s.InstrumentPublic:
        """Put the texts of one language.

        `PUT /v1/instruments/{instrument_id}/translations/{language}` with the scope assessments:write.

        Put these texts in the place of those that the draft has in this language.
        """
        return cast('s.InstrumentPublic', self._ask(
            "PUT",
            f"/v1/instruments/{part(instrument_id)}/translations/{part(language)}",
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def unblock(
        self,
        participant_id: str | UUID,
        block_id: str | UUID,
    ) -> None:
        """Lift a block.

        `DELETE /v1/participants/{participant_id}/blocks/{block_id}` with the scope participants:write.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/participants/{part(participant_id)}/blocks/{part(block_id)}",
        ))

    def undo_merge(
        self,
        merge_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.MergePublic:
        """Make one entry two again.

        `POST /v1/merges/{merge_id}:undo` with the scope directory:read.

        What has changed since stays as it is and is named in `stayed`; references added since stay the survivor's.
        """
        return cast('s.MergePublic', self._ask(
            "POST",
            f"/v1/merges/{part(merge_id)}:undo",
            key=key,
            keyed=True,
        ))

    def unpublish_capability(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.PublicationPublic:
        """Take it back.

        `POST /v1/assessments/{assessment_id}/capabilities/{item_id}:unpublish` with the scope assessments:write.

        Withdraw what is published of it.
        """
        return cast('s.PublicationPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}:unpublish",
            key=key,
            keyed=True,
        ))

    def unpublish_card(
        self,
        round_table_id: str | UUID,
        card_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.PublicationPublic:
        """Take it back.

        `POST /v1/round-tables/{round_table_id}/cards/{card_id}:unpublish` with the scope assessments:write.

        Withdraw what is published of it.
        """
        return cast('s.PublicationPublic', self._ask(
            "POST",
            f"/v1/round-tables/{part(round_table_id)}/cards/{part(card_id)}:unpublish",
            key=key,
            keyed=True,
        ))

    def unpublish_stated_need(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.PublicationPublic:
        """Take it back.

        `POST /v1/assessments/{assessment_id}/needs/{item_id}:unpublish` with the scope assessments:write.

        Withdraw what is published of it.
        """
        return cast('s.PublicationPublic', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}:unpublish",
            key=key,
            keyed=True,
        ))

    def unrestrict_person(
        self,
        participant_id: str | UUID,
        *,
        key: Key = None,
    ) -> s.RestrictionPublic:
        """End a restriction.

        `POST /v1/participants/{participant_id}:unrestrict` with the scope participants:write.

        Her grants hold again as far as they are live.
        """
        return cast('s.RestrictionPublic', self._ask(
            "POST",
            f"/v1/participants/{part(participant_id)}:unrestrict",
            key=key,
            keyed=True,
        ))

    def upload_import(
        self,
        body: bytes,
        *,
        format: Literal["hsds-csv", "open-referral"],
        source: str,
        name: str | None = None,
    ) -> s.ImportPublic:
        """Import one file of any size.

        `POST /v1/imports:upload`.

        Take a zip of files, a CSV file, a JSON file or one object a line, as the body itself. With an `Idempotency-
        Key` the file is taken once; while it is still being sent, the same key is refused (409).
        """
        return cast('s.ImportPublic', self._ask(
            "POST",
            "/v1/imports:upload",
            query={"format": format, "source": source, "name": name},
            body=body,
        ))

    def upsert_account(
        self,
        body: s.AccountPut,
        *,
        system: str,
        value: str,
    ) -> s.AccountPublic:
        """Open or change the account that another system knows.

        `PUT /v1/accounts/by-external-id` with the scope timebank:write.

        Open the account, or change it; putting the same again changes nothing.
        """
        return cast('s.AccountPublic', self._ask(
            "PUT",
            "/v1/accounts/by-external-id",
            query={"system": system, "value": value},
            body=body,
        ))

    def upsert_action_plan(
        self,
        body: s.MakeActionPlan,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.ActionPlanPublic:
        """Make or update an action plan by your own id.

        `PUT /v1/action-plans/by-external-id` with the scope community:write.

        Put a plan under what your system calls it; `actions` count only for a new one.
        """
        return cast('s.ActionPlanPublic', self._ask(
            "PUT",
            "/v1/action-plans/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_activity(
        self,
        body: s.ActivityCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.ActivityPublic:
        """Add or change one by another system's id.

        `PUT /v1/activities/by-external-id` with the scope directory:write.
        """
        return cast('s.ActivityPublic', self._ask(
            "PUT",
            "/v1/activities/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_assessment(
        self,
        body: s.StartAssessment,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.AssessmentPublic:
        """Start or update an assessment by your own id.

        `PUT /v1/assessments/by-external-id` with the scope assessments:write.

        Put an assessment under what your system calls it; the same put again changes nothing.
        """
        return cast('s.AssessmentPublic', self._ask(
            "PUT",
            "/v1/assessments/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_co_production_lab(
        self,
        body: s.LabCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.CoProductionLab:
        """Bring together or change a lab by your own id.

        `PUT /v1/co-production-labs/by-external-id` with the scope community:write.

        Put a lab under what your system calls it; of one that is there, the members stay as they are.
        """
        return cast('s.CoProductionLab', self._ask(
            "PUT",
            "/v1/co-production-labs/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_community_group(
        self,
        body: s.CommunityGroupCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.CommunityGroupPublic:
        """Add or change one by another system's id.

        `PUT /v1/groups/by-external-id` with the scope directory:write.
        """
        return cast('s.CommunityGroupPublic', self._ask(
            "PUT",
            "/v1/groups/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_council(
        self,
        body: s.FormCouncil,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.CouncilPublic:
        """Form or update a council by your own id.

        `PUT /v1/councils/by-external-id` with the scope community:write.

        Put a council under what your system calls it; an existing one keeps its project limit.
        """
        return cast('s.CouncilPublic', self._ask(
            "PUT",
            "/v1/councils/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_micro_provider(
        self,
        body: s.MicroProviderCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.MicroProviderPublic:
        """Add or change one by another system's id.

        `PUT /v1/micro-providers/by-external-id` with the scope directory:write.
        """
        return cast('s.MicroProviderPublic', self._ask(
            "PUT",
            "/v1/micro-providers/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_need(
        self,
        body: s.NeedCreate,
        *,
        system: str,
        value: str,
        updated_at: str | datetime | None = None,
    ) -> s.NeedPublic:
        """Make a need as another system has it.

        `PUT /v1/needs/by-external-id` with the scope matching:write.
        """
        return cast('s.NeedPublic', self._ask(
            "PUT",
            "/v1/needs/by-external-id",
            query={"system": system, "value": value, "updated_at": updated_at},
            body=body,
        ))

    def upsert_offer(
        self,
        body: s.OfferCreate,
        *,
        system: str,
        value: str,
        updated_at: str | datetime | None = None,
    ) -> s.OfferPublic:
        """Make an offer as another system has it.

        `PUT /v1/offers/by-external-id` with the scope matching:write.
        """
        return cast('s.OfferPublic', self._ask(
            "PUT",
            "/v1/offers/by-external-id",
            query={"system": system, "value": value, "updated_at": updated_at},
            body=body,
        ))

    def upsert_organisation(
        self,
        body: s.OrganisationCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.OrganisationPublic:
        """Add or change one by another system's id.

        `PUT /v1/organisations/by-external-id` with the scope directory:write.
        """
        return cast('s.OrganisationPublic', self._ask(
            "PUT",
            "/v1/organisations/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_participant(
        self,
        body: s.ParticipantCreate,
        *,
        system: str,
        value: str,
        updated_at: str | datetime | None = None,
        if_match: IfMatch = None,
    ) -> s.ParticipantPublic:
        """Register or change a participant by another system's id.

        `PUT /v1/participants/by-external-id` with the scope participants:write.
        """
        return cast('s.ParticipantPublic', self._ask(
            "PUT",
            "/v1/participants/by-external-id",
            query={"system": system, "value": value, "updated_at": updated_at},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_place(
        self,
        body: s.PlaceCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.PlacePublic:
        """Add or change one by another system's id.

        `PUT /v1/places/by-external-id` with the scope directory:write.
        """
        return cast('s.PlacePublic', self._ask(
            "PUT",
            "/v1/places/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_project(
        self,
        body: s.ProposeProject,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.ProjectPublic:
        """Propose or update a project by your own id.

        `PUT /v1/projects/by-external-id` with the scope community:write.

        Put a project under what your system calls it; once it is agreed, budget, council and start stay as they
        are.
        """
        return cast('s.ProjectPublic', self._ask(
            "PUT",
            "/v1/projects/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_rota(
        self,
        body: s.RotaCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.RotaPublic:
        """Draft or change a rota by your own id.

        `PUT /v1/rotas/by-external-id` with the scope community:write.

        Put a rota under what your system calls it; the same put again changes nothing.
        """
        return cast('s.RotaPublic', self._ask(
            "PUT",
            "/v1/rotas/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_round_table(
        self,
        body: s.PlanRoundTable,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.RoundTablePublic:
        """Plan or update a round table by your own id.

        `PUT /v1/round-tables/by-external-id` with the scope assessments:write.

        Put a round table under what your system calls it; the same put again changes nothing.
        """
        return cast('s.RoundTablePublic', self._ask(
            "PUT",
            "/v1/round-tables/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_service(
        self,
        body: s.ServiceCreate,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.ServicePublic:
        """Add or change one by another system's id.

        `PUT /v1/services/by-external-id` with the scope directory:write.
        """
        return cast('s.ServicePublic', self._ask(
            "PUT",
            "/v1/services/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def upsert_staff(
        self,
        body: s.StaffUpsert,
        *,
        system: str,
        value: str,
        tenant_id: str | UUID | None = None,
    ) -> s.StaffPublic:
        """Create or change staff by external id.

        `PUT /v1/staff/by-external-id` with the scope clients:write.
        """
        return cast('s.StaffPublic', self._ask(
            "PUT",
            "/v1/staff/by-external-id",
            query={"system": system, "value": value, "tenant_id": tenant_id},
            body=body,
        ))

    def upsert_survey(
        self,
        body: s.PlanSurvey,
        *,
        system: str,
        value: str,
        if_match: IfMatch = None,
    ) -> s.SurveyPublic:
        """Open or update a survey by your own id.

        `PUT /v1/surveys/by-external-id` with the scope assessments:write.

        Put a survey under what your system calls it; the same put again changes nothing.
        """
        return cast('s.SurveyPublic', self._ask(
            "PUT",
            "/v1/surveys/by-external-id",
            query={"system": system, "value": value},
            headers={"if-match": tag(if_match)},
            body=body,
        ))

    def weigh_capability_risk(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.WeighRisk,
        *,
        key: Key = None,
    ) -> s.RiskWeighed:
        """Weigh a risk.

        `POST /v1/assessments/{assessment_id}/capabilities/{item_id}/risks` with the scope assessments:write.

        Note a risk, who weighed it and what is done about it; it hinders nothing by itself.
        """
        return cast('s.RiskWeighed', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/capabilities/{part(item_id)}/risks",
            body=body,
            key=key,
            keyed=True,
        ))

    def weigh_risk(
        self,
        match_id: str | UUID,
        body: s.RiskCreate,
        *,
        key: Key = None,
    ) -> s.RiskPublic:
        """Record a weighed risk.

        `POST /v1/matches/{match_id}/risks` with the scope matching:write.
        """
        return cast('s.RiskPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}/risks",
            body=body,
            key=key,
            keyed=True,
        ))

    def weigh_stated_need_risk(
        self,
        assessment_id: str | UUID,
        item_id: str | UUID,
        body: s.WeighRisk,
        *,
        key: Key = None,
    ) -> s.RiskWeighed:
        """Weigh a risk.

        `POST /v1/assessments/{assessment_id}/needs/{item_id}/risks` with the scope assessments:write.

        Note a risk, who weighed it and what is done about it; it hinders nothing by itself.
        """
        return cast('s.RiskWeighed', self._ask(
            "POST",
            f"/v1/assessments/{part(assessment_id)}/needs/{part(item_id)}/risks",
            body=body,
            key=key,
            keyed=True,
        ))

    def withdraw_candidate(
        self,
        council_id: str | UUID,
        candidate_id: str | UUID,
        *,
        if_match: IfMatch = None,
    ) -> None:
        """Stand no more.

        `DELETE /v1/councils/{council_id}/candidates/{candidate_id}` with the scope community:write.

        Withdraw a candidate before the election.
        """
        return cast('None', self._ask(
            "DELETE",
            f"/v1/councils/{part(council_id)}/candidates/{part(candidate_id)}",
            headers={"if-match": tag(if_match)},
        ))

    def withdraw_instrument(
        self,
        instrument_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.InstrumentPublic:
        """Withdraw an instrument.

        `POST /v1/instruments/{instrument_id}:withdraw` with the scope assessments:write.

        Take it out of use: no new assessment and no more answers. What is there stays readable.
        """
        return cast('s.InstrumentPublic', self._ask(
            "POST",
            f"/v1/instruments/{part(instrument_id)}:withdraw",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def withdraw_match(
        self,
        match_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.MatchPublic:
        """Take a match back.

        `POST /v1/matches/{match_id}:withdraw` with the scope matching:write.
        """
        return cast('s.MatchPublic', self._ask(
            "POST",
            f"/v1/matches/{part(match_id)}:withdraw",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def withdraw_need(
        self,
        need_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.NeedPublic:
        """Withdraw a need.

        `POST /v1/needs/{need_id}:withdraw` with the scope matching:write.
        """
        return cast('s.NeedPublic', self._ask(
            "POST",
            f"/v1/needs/{part(need_id)}:withdraw",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))

    def withdraw_offer(
        self,
        offer_id: str | UUID,
        *,
        key: Key = None,
        if_match: IfMatch = None,
    ) -> s.OfferPublic:
        """Withdraw an offer.

        `POST /v1/offers/{offer_id}:withdraw` with the scope matching:write.
        """
        return cast('s.OfferPublic', self._ask(
            "POST",
            f"/v1/offers/{part(offer_id)}:withdraw",
            headers={"if-match": tag(if_match)},
            key=key,
            keyed=True,
        ))
