using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.Store.Tests.Support;

/// <summary>Small config maps, as the request pipeline would hand them to the store.</summary>
internal static class TestObjects
{
    public static readonly ResourceId ConfigMaps = ResourceId.Root(new GroupResource("", "configmaps"));

    public static ObjectKey Key(string name, string ns = "default") => new(ns, name);

    public static EncodedTemplate Content(ObjectKey key, string uid = "u1", string value = "x", string label = "", bool deleted = false)
    {
        var deletion = deleted ? ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\"" : "";
        var labels = label.Length == 0 ? "" : $",\"labels\":{{\"app\":\"{label}\"}}";
        var head = $"{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"{key.Name}\",\"namespace\":\"{key.Namespace}\",\"uid\":\"{uid}\"{labels}{deletion},\"resourceVersion\":\"";
        var tail = $"\"}},\"data\":{{\"key\":\"{value}\"}}}}";
        return new EncodedTemplate(Encoding.UTF8.GetBytes(head + tail), Encoding.UTF8.GetByteCount(head));
    }

    public static CreateObject Create(string name, string ns = "default", string value = "x", string uid = "u1", string label = "") =>
        new(Key(name, ns), Content(Key(name, ns), uid, value, label));

    public static ReplaceObject Replace(StoredObject current, string value, string label = "") =>
        new(current.Key, current.Revision, Content(current.Key, current.Head.Uid, value, label));

    /// <summary>As a deletion that has to wait for finalizers or a grace period.</summary>
    public static ReplaceObject Mark(StoredObject current, string value = "x") => new(current.Key, current.Revision, Content(current.Key, current.Head.Uid, value, deleted: true));

    public static RemoveObject Remove(string name, string ns = "default") => new(Key(name, ns), null, null);

    public static string Text(StoredObject item) => Encoding.UTF8.GetString(item.Json.Span);

    public static string Value(StoredObject item) => JsonPath.ReadScalar(item.Json.Span, "data.key");
}
