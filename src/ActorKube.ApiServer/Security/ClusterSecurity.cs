using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Authorization;
using ActorKube.ApiServer.Security.Certificates;
using ActorKube.ApiServer.Security.Join;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.ApiServer.Security.Rbac;
using ActorKube.ApiServer.Security.Tokens;
using ActorKube.ApiServer.Verbs;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security;

/// <summary>Everything a control-plane process needs to know who calls and what he may do, put together. <see cref="Start"/> it, then <see cref="BootstrapAsync"/> once the pipeline works.</summary>
public sealed class ClusterSecurity : IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly SecurityOptions _options;
    private readonly TimeProvider _time;
    private readonly ClusterPki _pki;
    private readonly PkiRenewal _renewal;
    private readonly ServiceAccountKeys _keys;
    private readonly ILogger _log;
    private readonly NodeGraph _graph;
    private readonly LegacyTokenTracking _tracking;
    private readonly TokenCounts _counts = new();
    private int _tracks;
    private readonly RbacState _rbac = new();
    private readonly Authenticator _authenticator;
    private readonly Reviewer _reviewer;
    private readonly TokenIssuer _issuer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];

    /// <summary>Puts it together; nothing runs yet.</summary>
    /// <param name="pki">Keys and certificates of this process.</param>
    /// <param name="store">Where objects are.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="newId">Source of token ids.</param>
    /// <param name="loggers">Where certificates that could not be renewed are told, and what could not be followed.</param>
    /// <exception cref="PkiException">The file with fixed tokens cannot be used.</exception>
    public ClusterSecurity(ClusterPki pki, IResourceStore store, SecurityOptions options, TimeProvider time, Func<string> newId, ILoggerFactory loggers)
    {
        (_pki, _store, _options, _time) = (pki, store, options, time);
        _renewal = new PkiRenewal(pki, time, loggers.CreateLogger<PkiRenewal>());
        var lookup = new StoreLookup(store, options.Workspace);
        _keys = new ServiceAccountKeys(pki.ServiceAccountKey, options.Tokens.Issuer);
        _tracking = new LegacyTokenTracking(time);
        _log = loggers.CreateLogger<ClusterSecurity>();
        _graph = new NodeGraph(store, options.Workspace, time, _log);
        Authorizer = new AuthorizerChain(new NodeAuthorizer(_graph, lookup, BootstrapPolicy.Default.NodeRules), _rbac);
        _authenticator = new Authenticator(
            new CertificateAuthenticator(pki.Authority.Certificate, time),
            [
                .. FixedTokens(options.StaticTokenFile),
                new BootstrapTokenAuthenticator(lookup, time),
                new ServiceAccountTokenAuthenticator(_keys, options.Tokens.ApiAudiences, lookup, time, options.Tokens.CacheSlots),
                new LegacyTokenAuthenticator(_keys, options.Tokens.ApiAudiences, lookup, _tracking, _counts, options.Tokens.CacheSlots),
            ]);
        _reviewer = new Reviewer(new AuthenticationReviews(_authenticator, options.Tokens.ApiAudiences), new AccessReviews(Authorizer, _rbac), time);
        var nodeRestriction = new NodeRestriction(lookup, Authorizer);
        _issuer = new TokenIssuer(_keys, options.Tokens, lookup, nodeRestriction, time, newId);
        var signers = new SignerAccess(Authorizer);
        AdmissionPlugins =
        [
            new NodeRestrictionPlugin(nodeRestriction),
            new CertificateApproval(signers), new CertificateSigning(signers), new PodCertificateSigning(signers), new ClusterTrustBundleAttest(signers), new CertificateSubjectRestriction(),
            new EscalationPlugin(new EscalationCheck(_rbac, Authorizer)),
        ];
    }

    /// <summary>Finds out who calls.</summary>
    public IAuthenticator Authenticator => _authenticator;

    /// <summary>Decides what callers may do.</summary>
    public IAuthorizer Authorizer { get; }

    /// <summary>Completes when the rules and the pods of nodes are known here: part of being ready.</summary>
    public Task Ready => Task.WhenAll(_rbac.Ready, _graph.Ready);

    /// <summary>Begins to follow roles, bindings and pods.</summary>
    public void Start()
    {
        _running.Add(_rbac.RunAsync(_store, _options.Workspace, _time, _log, _stopping.Token));
        _running.Add(_graph.RunAsync(_stopping.Token));
        _running.Add(_renewal.RunAsync(_stopping.Token));
    }

    /// <summary>Brings the bootstrap policy into the cluster, then keeps the notes on used tokens in step.</summary>
    /// <param name="client">A client in <c>system:masters</c>.</param>
    /// <param name="cancel">Ends the bootstrap.</param>
    /// <exception cref="ApiException">The API refused.</exception>
    public async Task BootstrapAsync(IResourceClient client, CancellationToken cancel)
    {
        await new PolicyBootstrapper(client, BootstrapPolicy.Default).RunAsync(cancel);
        // What comes after may fail, and then all of it begins anew.
        if (Interlocked.Exchange(ref _tracks, 1) != 0)
            return;
        _running.Add(_tracking.RunAsync(client, _stopping.Token));
        _running.Add(new LegacyTokenMap(_time, _log).RunAsync(_store, _options.Workspace, client, _stopping.Token));
    }

    /// <summary>A token of a service account that lives as long as the Secret it is put in; for the controller that fills such Secrets.</summary>
    /// <param name="account">The account.</param>
    /// <param name="uid">Its incarnation.</param>
    /// <param name="secret">Name of the Secret.</param>
    public string TokenForSecret(ObjectKey account, string uid, string secret) => _keys.Sign(new LegacyTokenClaims(account, uid, secret));

    /// <summary>What <c>/metrics</c> says of tokens.</summary>
    internal IMetricsSource Metrics => _counts;

    /// <summary>Completes TokenRequests.</summary>
    internal ITokenIssuer Tokens => _issuer;

    /// <summary>Answers reviews of <c>authentication.k8s.io</c> and <c>authorization.k8s.io</c>.</summary>
    internal IReviewer Reviews => _reviewer;

    /// <summary>What security adds to the admission chain, in its order; all only validate.</summary>
    internal IReadOnlyList<IAdmissionPlugin> AdmissionPlugins { get; }

    /// <summary>Paths that security answers: joining and OpenID discovery.</summary>
    /// <param name="nodes">Which agent has which node.</param>
    /// <param name="seedNodes">Addresses of the Akka cluster's seed nodes, asked for at each join.</param>
    internal IEnumerable<IEndpoint> Endpoints(INodeClaims nodes, Func<IReadOnlyList<string>> seedNodes) =>
    [
        new JoinEndpoint(_pki, _authenticator, new JoinDecision(_pki, nodes, seedNodes), new FailureLimiter(_time)),
        new OpenIdEndpoint(_keys, _options.Tokens),
    ];

    /// <summary>Ends what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private static IEnumerable<StaticTokens> FixedTokens(string path)
    {
        if (path.Length == 0)
            return [];
        try
        {
            return [StaticTokens.Parse(File.ReadAllText(path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PkiException($"The token file {path} cannot be read: {e.Message}", e);
        }
    }
}
