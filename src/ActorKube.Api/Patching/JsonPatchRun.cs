using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.Api.Patching;

/// <summary>One application of a JSON patch.</summary>
internal sealed class JsonPatchRun(JsonNode document, JsonLimits limits)
{
    // Copies can double a document with each operation; upstream's limit is its request size.
    private const long MaxCopiedBytes = 3 * 1024 * 1024;
    private long _copiedBytes;

    public JsonNode Document { get; private set; } = document;

    public void Apply(JsonPatchOperation operation)
    {
        switch (operation.Op)
        {
            case "add": Add(operation); break;
            case "remove": Remove(operation); break;
            case "replace": Replace(operation); break;
            case "move": Move(operation); break;
            case "copy": Copy(operation); break;
            case "test": Test(operation); break;
            default: throw Failed($"Unexpected kind: {operation.Op ?? "unknown"}");
        }
    }

    private void Add(JsonPatchOperation operation)
    {
        var path = Path(operation, "add");
        var target = JsonPointer.Find(Document, path) ?? throw Failed($"add operation does not apply: doc is missing path: \"{path}\": missing value");
        CheckDepth(target, operation.Value);
        Check(target.Add(operation.Value?.DeepClone()), "add", path);
    }

    private void Remove(JsonPatchOperation operation)
    {
        var path = Path(operation, "remove");
        var target = JsonPointer.Find(Document, path) ?? throw Failed($"remove operation does not apply: doc is missing path: \"{path}\": missing value");
        Check(target.Remove(), "remove", path);
    }

    private void Replace(JsonPatchOperation operation)
    {
        var path = Path(operation, "replace");
        if (path.Length == 0)
        {
            if (operation.Value is not (JsonObject or JsonArray))
                throw Failed("replace operation value must be object or array");
            Document = operation.Value.DeepClone();
            return;
        }
        var target = JsonPointer.Find(Document, path) ?? throw Failed($"replace operation does not apply: doc is missing path: {path}: missing value");
        if (target.Get(out _) is not null)
            throw Failed($"replace operation does not apply: doc is missing key: {path}: missing value");
        CheckDepth(target, operation.Value);
        Check(target.Set(operation.Value?.DeepClone()), "replace", path);
    }

    private void Move(JsonPatchOperation operation)
    {
        var from = From(operation, "move");
        var source = JsonPointer.Find(Document, from) ?? throw Failed($"move operation does not apply: doc is missing from path: {from}: missing value");
        Check(source.Get(out var value), "move", from);
        Check(source.Remove(), "move", from);
        var path = Path(operation, "move");
        // Looked up after the removal: a value cannot be moved into itself.
        var target = JsonPointer.Find(Document, path) ?? throw Failed($"move operation does not apply: doc is missing destination path: {path}: missing value");
        if (target.Depth > source.Depth)
            CheckDepth(target, value);
        Check(target.Add(value), "move", path);
    }

    private void Copy(JsonPatchOperation operation)
    {
        var from = From(operation, "copy");
        var source = JsonPointer.Find(Document, from) ?? throw Failed($"copy operation does not apply: doc is missing from path: {from}: missing value");
        Check(source.Get(out var value), "copy", from);
        var path = Path(operation, "copy");
        var target = JsonPointer.Find(Document, path) ?? throw Failed($"copy operation does not apply: doc is missing destination path: {path}: missing value");
        CheckDepth(target, value);
        _copiedBytes += JsonEncoder.Measure(value);
        if (_copiedBytes > MaxCopiedBytes)
            throw Failed($"Unable to complete the copy, the accumulated size increase of copy is {_copiedBytes}, exceeding the limit {MaxCopiedBytes}");
        Check(target.Add(value?.DeepClone()), "copy", path);
    }

    private void Test(JsonPatchOperation operation)
    {
        var path = Path(operation, "test");
        var value = Document;
        if (path.Length > 0)
        {
            var target = JsonPointer.Find(Document, path) ?? throw Failed($"test operation does not apply: is missing path: {path}: missing value");
            Check(target.Get(out value), "test", path);
        }
        if (!JsonEquality.Same(value, operation.Value))
            throw Failed($"testing value {path} failed: test failed");
    }

    private void CheckDepth(JsonPointer target, JsonNode? value)
    {
        if (target.Depth + JsonAccess.Depth(value) > limits.MaxDepth)
            throw Failed("the patched object exceeds max depth");
    }

    private static string Path(JsonPatchOperation operation, string kind) => operation.Path ?? throw Failed($"{kind} operation failed to decode path: missing value");

    private static string From(JsonPatchOperation operation, string kind) => operation.From ?? throw Failed($"{kind} operation failed to decode from: missing value");

    private static void Check(string? error, string kind, string path)
    {
        if (error is not null)
            throw Failed($"error in {kind} for path: '{path}': {error}");
    }

    private static ApiException Failed(string detail) => PatchErrors.DoesNotApply(detail);
}
