"""What a branch is held against besides its own memory: an anchor, and checkpoint lines."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gitledger.book.world import World, read_text
from gitledger.errors import UnknownRevision, UnreadableInput
from gitledger.git.proof.anchors import anchor_findings, checkpoint_findings
from gitledger.git.proof.attest import Signer, signer
from gitledger.git.proof.examine import Examination
from gitledger.git.refs import read_ref, tracking_ref
from gitledger.ledger.portable import ANEW, NAME, Portable, parse_lines


class CheckpointLine(NamedTuple):
    """A checkpoint line that was held against the branch, and who signed it."""

    point: Portable
    signer: Signer

    def payload(self) -> Mapping[str, object]:
        """JSON form."""
        return {
            "at": self.point.at,
            "tip": self.point.tip,
            "rows": self.point.rows,
            "signature": self.signer.verdict,
            "signer": self.signer.name,
        }


def held_against(
    world: World, done: Examination, tip: bytes, *, anchor: str, checkpoint: str
) -> Sequence[CheckpointLine]:
    """Look for what the branch lacks of an anchor and of checkpoint lines; the lines.

    Findings and notes join those of the examination. Raises UnreadableInput for a line that is
    damaged or has another's signature, UnknownRevision for an anchor that is not here.
    """
    if anchor:
        _against_anchor(done, tip, anchor)
    if not checkpoint:
        return ()
    text = checkpoint if checkpoint.lstrip().startswith(NAME) else read_text(world, checkpoint)
    lines = [_signed(done, point) for point in parse_lines(text)]
    for line in lines:
        for finding in checkpoint_findings(done, tip, line.point):
            done.tell(bytes.fromhex(finding.commit), finding.problem)
    return lines


def _signed(done: Examination, point: Portable) -> CheckpointLine:
    found = signer(done.repository, point.signed_bytes, point.signature)
    if found.verdict == "bad":
        what = "the checkpoint's signature is not one of its words: it was edited, or put together"
        raise UnreadableInput(what, ANEW)
    return CheckpointLine(point, found)


def _against_anchor(done: Examination, tip: bytes, anchor: str) -> None:
    commit = read_ref(done.repository, tracking_ref(anchor))
    if commit is None:
        remote, _, branch = anchor.partition("/")
        fetched = f"git fetch {remote} {branch}:refs/remotes/{anchor}" if branch else ""
        raise UnknownRevision(f"{anchor} is not here", fetched or "name it REMOTE/BRANCH")
    for finding in anchor_findings(done, tip, anchor, commit):
        done.tell(bytes.fromhex(finding.commit), finding.problem)
