"""The public feed and the taxonomies that it names."""

revision = "0005"
down_revision = "0004"
SERVICE = "directory"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
