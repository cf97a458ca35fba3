using ActorKube.ApiServer.Security.Pki;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>Renews an agent's certificates while it runs, when 70 to 90 % of their life are over: chance keeps agents that joined together from coming back together.</summary>
/// <param name="credentials">What the agent has at its start.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="random">Numbers of at least 0 and below 1.</param>
/// <param name="log">Where failures are told.</param>
public sealed class AgentRenewal(AgentCredentials credentials, TimeProvider time, Func<double> random, ILogger<AgentRenewal> log)
{
    private readonly RenewalLoop _loop = new("this node", time, log);
    private DateTimeOffset _due = Due(credentials, random);

    /// <summary>What the agent has now.</summary>
    public AgentCredentials Current { get; private set; } = credentials;

    /// <summary>Is over when <see cref="Current"/> has been renewed.</summary>
    /// <param name="renew">Gets new ones with the present ones, or fails with a <see cref="PkiException"/>.</param>
    /// <param name="cancel">Gives up; a later call goes on.</param>
    public Task NextAsync(Func<AgentCredentials, CancellationToken, Task<AgentCredentials>> renew, CancellationToken cancel) => _loop.OnceAsync(
        _due,
        Current.End,
        async stop =>
        {
            Current = await renew(Current, stop);
            _due = Due(Current, random);
        },
        cancel);

    private static DateTimeOffset Due(AgentCredentials credentials, Func<double> random) => credentials.TimeWithin(0.7 + 0.2 * random());
}
