# For up.sh and down.sh: what compose.env says unless the environment says otherwise, and the command for Compose.
while IFS='=' read -r name value; do
  case $name in '' | '#'*) continue ;; esac
  export "$name=${!name:-$value}"
done < compose.env

export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-encryption-service}
if docker compose version > /dev/null 2>&1; then
  compose="docker compose"
else
  compose="docker-compose"
fi
compose="$compose --project-directory . --env-file compose.env -f compose.yaml"
