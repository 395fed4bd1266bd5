"""The tables of this room: councils and elections, projects and spending, action plans, rotas and labs."""

from services.community.models.action_plans import Action, ActionPlan
from services.community.models.councils import Ballot, Candidate, Council, Election, Electorate, Member, Voter
from services.community.models.kept import Kept, metadata
from services.community.models.labs import Lab, LabMeeting, LabMember
from services.community.models.projects import Project, Spending
from services.community.models.rotas import Rota, Swap, Turn, Volunteer

__all__ = [
    "Action", "ActionPlan", "Ballot", "Candidate", "Council", "Election", "Electorate", "Kept", "Lab", "LabMeeting",
    "LabMember", "Member", "Project", "Rota", "Spending", "Swap", "Turn", "Volunteer", "Voter", "metadata",
]  # fmt: skip
