#!/bin/bash
# Plays the directory of the second organization of deploy/up.sh, for whoever has neither Entra ID nor Okta at hand: sends a person and a group with that
# person in it over SCIM, and prints the link of the invitation that the person is mailed. bash deploy/directory.sh [E-MAIL ADDRESS [GROUP]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
up=deploy/.run/up.json
person=${1:-bob@second.example}
group=${2:-Treasury}

if ! [ -s $up ]; then
  echo "Nothing runs yet: bash deploy/up.sh first." >&2
  exit 1
fi
if ! [[ $person =~ ^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$ ]] || ! [[ $group =~ ^[A-Za-z0-9\ ._-]+$ ]]; then
  echo "bash deploy/directory.sh [E-MAIL ADDRESS [GROUP]], in plain letters." >&2
  exit 2
fi
value() { sed -n "s/.*\"$1\": \"\\([^\"]*\\)\".*/\\1/p" $up; }
base=$(value scimBaseUrl2)
token=$(value scimToken2)
place=${base#http://localhost:}

# scim METHOD PATH [BODY]: the status in the first line, the answer's body in the last
scim() {
  local body=${3:-}
  exec 3<> "/dev/tcp/127.0.0.1/${place%%/*}"
  printf '%s /%s/%s HTTP/1.1\r\nHost: localhost:%s\r\nAuthorization: Bearer %s\r\nContent-Type: application/scim+json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' \
    "$1" "${place#*/}" "$2" "${place%%/*}" "$token" "${#body}" "$body" >&3
  tr -d '\r' <&3
  exec 3>&-
}
# id ANSWER: of the resource, or of the first one in a list
id() { grep -o '"id":"[^"]*"' <<< "$1" | head -n 1 | cut -d '"' -f 4; }
# have KIND FILTER BODY: the id of a resource that is there, or is made now
have() {
  local found made
  found=$(id "$(scim GET "$1?filter=$2")")
  if [ -z "$found" ]; then
    made=$(scim POST "$1" "$3")
    case $(head -n 1 <<< "$made") in
      *" 201"*) found=$(id "$made") ;;
      *) echo "$1: $(head -n 1 <<< "$made" | cut -d ' ' -f 2-): $(sed -n 's/.*"detail":"\([^"]*\)".*/\1/p' <<< "$made")" >&2 ;;
    esac
  fi
  echo "$found"
}

if ! (exec 3<> "/dev/tcp/127.0.0.1/${place%%/*}") 2> /dev/null; then
  echo "The core does not answer at $base: bash deploy/up.sh first." >&2
  exit 1
fi

user=$(have Users "userName%20eq%20%22${person//+/%2B}%22" \
  "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"externalId\":\"$person\",\"userName\":\"$person\",\"displayName\":\"${person%%@*}\",\"active\":true,\"emails\":[{\"primary\":true,\"type\":\"work\",\"value\":\"$person\"}]}")
[ -n "$user" ] || exit 1
team=$(have Groups "displayName%20eq%20%22${group// /%20}%22" \
  "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"externalId\":\"$group\",\"displayName\":\"$group\"}")
if [ -n "$team" ]; then
  added=$(scim PATCH "Groups/$team" \
    "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"$user\"}]}]}" | head -n 1)
  case $added in
    *" 204"* | *" 200"*) echo "The directory of organization second has $person in group $group." ;;
    *)
      echo "The group was not changed: $added" >&2
      exit 1
      ;;
  esac
else
  echo "The directory of organization second has $person, and no group yet: groups need the encryption service (bash deploy/service.sh FILE). Run this again then."
fi

# link: of the newest mail to the person; the names of the files begin with the time
link() {
  local file
  for file in $(ls -r .data/mail/*.eml 2> /dev/null); do
    if grep -qi "^To:.*$person" "$file"; then
      grep -o 'http://[^ ]*/join#[A-Za-z0-9_=.-]*' "$file" | head -n 1
      return
    fi
  done
}
for _ in $(seq 60); do
  link=$(link)
  if [ -n "$link" ]; then
    echo "The invitation that $person was mailed (.data/mail) has this link, for a browser; it is good until it was accepted:"
    echo "  $link"
    exit 0
  fi
  sleep 0.5
done
echo "No invitation was mailed within half a minute: look into deploy/.run/provisioning.log." >&2
exit 1
