using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using EncodedTemplate = ActorKube.Api.Objects.EncodedTemplate;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Between trees of the served version and encoded objects of the stored one.</summary>
internal static class StoredForm
{
    /// <summary>A tree of one's own, in the served version.</summary>
    public static JsonObject Decode(StoredObject item, ServedResource served)
    {
        var tree = ObjectTrees.CopyOf(item);
        return served.Conversion is { } conversion ? conversion.FromStorage(tree) : tree;
    }

    /// <summary>A tree that is shared and only read, in the served version.</summary>
    public static JsonObject Read(StoredObject item, ServedResource served) => served.Conversion is null ? ObjectTrees.Of(item) : Decode(item, served);

    /// <summary>What goes to the store.</summary>
    public static EncodedTemplate Encode(JsonObject obj, ServedResource served) => ObjectEncoder.Encode(served.Conversion is { } conversion ? conversion.ToStorage(obj) : obj);

    /// <summary>A stored object as clients of this version see it: itself, unless versions differ.</summary>
    public static StoredObject Serve(StoredObject item, ServedResource served) =>
        served.Conversion is null ? item : StoredObject.Parse(ObjectEncoder.Encode(Decode(item, served)).At(item.Revision));

    /// <summary>The answer to a write: the stored object as clients of this version see it. The tree it was encoded from is left to those who read it next.</summary>
    /// <param name="item">What is stored.</param>
    /// <param name="obj">What it was encoded from; nobody may change it from now on.</param>
    /// <param name="served">The version of the request.</param>
    /// <param name="lasts">False for what expires, such as events: nobody but people reads it again, and its tree would take the place of another's.</param>
    public static StoredObject Written(StoredObject item, JsonObject obj, ServedResource served, bool lasts)
    {
        if (served.Conversion is not null || !lasts)
            return Serve(item, served);
        ObjectMetadata.Of(obj)["resourceVersion"] = item.Revision.ToString(CultureInfo.InvariantCulture);
        ObjectTrees.Remember(item, obj);
        return item;
    }

    /// <summary>What would have been stored: the answer to a dry run.</summary>
    /// <param name="obj">The object in the served version.</param>
    /// <param name="revision">The revision it would replace; null for a new object, which then has none.</param>
    public static StoredObject Preview(JsonObject obj, long? revision)
    {
        if (revision is { } present)
            return StoredObject.Parse(ObjectEncoder.Encode(obj).At(present));
        obj.Object("metadata")?.Remove("resourceVersion");
        return StoredObject.Parse(JsonEncoder.Encode(obj));
    }
}
