#!/bin/sh
# Writes src/onnx/gen/onnx.ts from src/onnx/onnx.proto. With --check, fails if the committed file is stale.
set -eu
cd "$(dirname "$0")/../.."
out=packages/model/src/onnx/gen
[ "${1:-}" = --check ] && out=$(mktemp -d)
buf=$(ls node_modules/@bufbuild/buf-*/bin/buf | head -n 1)
"$buf" generate packages/model/src/onnx --output "$out" --template '{
  "version": "v2",
  "plugins": [{
    "local": "node_modules/.bin/protoc-gen-ts_proto",
    "out": ".",
    "opt": ["forceLong=bigint", "esModuleInterop=true", "unknownFields=true", "outputJsonMethods=false",
            "outputPartialMethods=false", "outputTypeRegistry=false", "outputServices=none", "useOptionals=none", "initializeFieldsAsUndefined=false"]
  }]
}'
[ "$out" = packages/model/src/onnx/gen ] || cmp "$out/onnx.ts" packages/model/src/onnx/gen/onnx.ts
