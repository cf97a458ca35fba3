using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.Machinery.Informers;

namespace ActorKube.Machinery.Objects;

/// <summary>A bootstrap token: a Secret <c>bootstrap-token-ID</c> of type <c>bootstrap.kubernetes.io/token</c> in <c>kube-system</c>.</summary>
public sealed class BootstrapToken : IObjectView<BootstrapToken>
{
    /// <summary>Type of the Secrets.</summary>
    public const string SecretType = "bootstrap.kubernetes.io/token";

    /// <summary>Where they are.</summary>
    public const string SecretNamespace = "kube-system";

    /// <summary>What their names begin with; the rest is the id.</summary>
    public const string SecretNamePrefix = "bootstrap-token-";

    private const int IdLength = 6;

    private readonly SecretData _data;

    private BootstrapToken(StoredObject secret)
    {
        Object = secret;
        _data = SecretData.Of(secret);
    }

    /// <summary>The Secret.</summary>
    public StoredObject Object { get; }

    /// <summary>The public part, by the content; empty when it is not there.</summary>
    public string Id => _data["token-id"];

    /// <summary>The secret part; empty when it is not there.</summary>
    public string Secret => _data["token-secret"];

    /// <summary>Groups that its bearer is in besides that of all bootstrappers, with commas between them.</summary>
    public string ExtraGroups => _data["auth-extra-groups"];

    /// <summary>Whether it may be used for something: <c>authentication</c> or <c>signing</c>.</summary>
    public bool IsFor(string usage) => _data[$"usage-bootstrap-{usage}"] == "true";

    /// <summary>When it ends; null for never. A malformed time has passed: a token must not live longer because of a typing error.</summary>
    public DateTimeOffset? Expires =>
        _data["expiration"] is not { Length: > 0 } text ? null
        : KubeTime.TryParse(text, out var end) ? end
        : DateTimeOffset.MinValue;

    /// <summary>Whether it has ended.</summary>
    public bool IsExpired(DateTimeOffset now) => Expires <= now;

    /// <summary>Whether its Secret is named as one is: after the id that is in it, six digits and small letters.</summary>
    public bool IsNamedAfterId => Id.Length == IdLength && Id.All(static c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c)) && Object.Key == KeyOf(Id);

    /// <summary>True for Secrets that are bootstrap tokens.</summary>
    public static bool Is(StoredObject secret) => secret.Key.Namespace == SecretNamespace && secret.Field("type") == SecretType;

    /// <summary>The key of the Secret of a token.</summary>
    public static ObjectKey KeyOf(string id) => new(SecretNamespace, SecretNamePrefix + id);

    /// <inheritdoc/>
    public static BootstrapToken Project(StoredObject item) => new(item);
}
