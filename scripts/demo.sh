#!/usr/bin/env bash
# Premise and screenplay to finished films, with no key and no server.
set -euo pipefail
sfd="$1"
export OUTPUTS_DIR="${OUTPUTS_DIR:-./outputs}"

echo "A film from a premise (examples/premise.txt):"
premise_films=$("$sfd" make "$(cat examples/premise.txt)")
echo "A film from a screenplay (examples/the-last-signature.fountain):"
screenplay_films=$("$sfd" make --screenplay examples/the-last-signature.fountain)

echo
echo "The episodes (play them in a browser or any player):"
printf '  %s\n' $premise_films $screenplay_films
echo
echo "Beside each lie its subtitles (.srt, .vtt), cover and contact sheet, and in the same folder"
echo "the portraits, storyboards, drama.json and screenplay.fountain:"
printf '  %s\n' "$OUTPUTS_DIR"/*/
echo
echo "Next:"
echo "  $sfd make \"your own premise\"        another film"
echo "  $sfd make --screenplay FILE          from your own Fountain screenplay"
echo "  $sfd show                            your dramas"
echo "  $sfd serve                           the HTTP API on http://127.0.0.1:8000/docs"
