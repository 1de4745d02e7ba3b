#!/bin/bash
# Compiles main.bicep to deploy/azuredeploy.json with the compiler that the tests use. Needs a restored solution.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
compiler=$(dotnet msbuild tests/Deploy.Tests -getProperty:BicepPath)
chmod +x "$compiler"
"$compiler" build bicep/main.bicep --outfile deploy/azuredeploy.json
