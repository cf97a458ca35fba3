using ActorKube.ApiServer.Security.Pki;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class RenewalTests : IDisposable
{
    private static readonly DateTimeOffset Due = SecurityFixtures.Start + TimeSpan.FromDays(100.5);
    private readonly TemporaryDirectory _directory = new();
    private readonly ArmedClock _clock = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Nothing_is_renewed_before_its_time()
    {
        var renewed = 0;
        var once = Loop(NullLogger.Instance).OnceAsync(Due, Due + TimeSpan.FromDays(1), _ => Task.FromResult(++renewed), _stop.Token);
        for (var day = 0; day < 100; day++)
            Assert.Equal(TimeSpan.FromDays(1), await _clock.PassAsync());
        Assert.Equal(0, renewed);
        Assert.Equal(TimeSpan.FromHours(12), await _clock.PassAsync());
        await once;
        Assert.Equal(1, renewed);
        Assert.Equal(Due, _clock.GetUtcNow());
    }

    [Fact]
    public async Task Failures_are_told_and_tried_again_more_and_more_seldom_also_after_the_end()
    {
        var log = new RecordingLogger();
        var left = 12;
        var once = Loop(log).OnceAsync(
            SecurityFixtures.Start, SecurityFixtures.Start + TimeSpan.FromHours(1.5), _ => left-- > 0 ? throw new PkiException("nobody is there") : Task.CompletedTask, _stop.Token);
        var waits = new List<double>();
        for (var i = 0; i < 12; i++)
            waits.Add((await _clock.PassAsync()).TotalSeconds);
        await once;
        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600], waits);
        Assert.Equal("The certificates of n1, which end at 2026-05-01 13:30:00Z, could not be renewed; next try in 00:00:10: nobody is there", log.Entries[0].Text);
        Assert.Equal("The certificates of n1 have ended at 2026-05-01 13:30:00Z and could not be renewed; next try in 01:00:00: nobody is there", log.Entries[^2].Text);
        Assert.Equal((LogLevel.Error, LogLevel.Information), (log.Entries[^2].Level, log.Entries[^1].Level));
    }

    [Fact]
    public async Task A_server_that_runs_for_years_always_shows_a_certificate_that_is_valid()
    {
        using var pki = ClusterPki.Open(_directory.Path, SecurityFixtures.Options(), _clock);
        var running = new PkiRenewal(pki, _clock, NullLogger.Instance).RunAsync(_stop.Token);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        while (_clock.GetUtcNow() < SecurityFixtures.Start + TimeSpan.FromDays(1000))
        {
            await _clock.PassAsync();
            Assert.True(CertificateTrust.IsIssuedBy(pki.Serving, pki.Authority.Certificate, CertificateUsage.Server, _clock));
            shown.Add(pki.Serving.Thumbprint);
        }
        Assert.InRange(shown.Count, 4, 5);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task The_administrator_of_a_server_that_runs_for_years_always_finds_a_kubeconfig_that_works()
    {
        using var pki = ClusterPki.Open(_directory.Path, SecurityFixtures.Options(), _clock);
        var path = _directory.File("kubeconfig");
        await using var kept = AdministratorKubeconfig.Keep(path, "https://127.0.0.1:6443", pki, _clock, NullLogger.Instance);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        while (_clock.GetUtcNow() < SecurityFixtures.Start + TimeSpan.FromDays(1000))
        {
            using var certificate = Kubeconfig.Read(path).Client!.Load();
            Assert.True(CertificateTrust.IsIssuedBy(certificate, pki.Authority.Certificate, CertificateUsage.Client, _clock));
            shown.Add(certificate.Thumbprint);
            await _clock.PassAsync();
        }
        Assert.InRange(shown.Count, 4, 5);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_kubeconfig_that_cannot_be_replaced_stays_and_is_tried_again()
    {
        using var pki = ClusterPki.Open(_directory.Path, SecurityFixtures.Options(), _clock);
        var path = _directory.File("kubeconfig");
        var log = new RecordingLogger();
        await using var kept = AdministratorKubeconfig.Keep(path, "https://127.0.0.1:6443", pki, _clock, log);
        var before = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var obstacle = Directory.CreateDirectory($"{path}.new");
        while (log.Entries.Count == 0)
            await _clock.PassAsync();
        Assert.StartsWith($"The certificates of the administrator in {path}, which end at ", log.Entries[0].Text);
        Assert.Equal(before, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        obstacle.Delete();
        while (log.Entries[^1].Level != LogLevel.Information)
            await _clock.PassAsync();
        Assert.NotEqual(before, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_is_asked_for_at_every_handshake_is_issued_anew_when_it_is_due()
    {
        using var pki = ClusterPki.Open(_directory.Path, SecurityFixtures.Options(), _clock);
        var (issued, full) = (0, false);
        var certificate = new RenewedCertificate(() => full ? throw new PkiException("the disk is full") : (issued++, pki.IssueClient("u").Load()).Item2, _clock);
        Assert.Equal(0, issued);
        var first = certificate.Current;
        Assert.Same(first, certificate.Current);
        _clock.Advance(TimeSpan.FromDays(244));
        full = true;
        Assert.Same(first, certificate.Current);
        full = false;
        Assert.NotSame(first, certificate.Current);
        Assert.Equal(2, issued);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100_000)]
    public void A_new_certificate_is_not_due(int minutes)
    {
        using var pki = ClusterPki.Open(_directory.Path, SecurityFixtures.Options() with { CertificateLifetime = TimeSpan.FromMinutes(minutes) }, _clock);
        Assert.InRange((pki.RenewalTime - _clock.GetUtcNow()).TotalMinutes, minutes * 0.5, minutes * 0.7);
    }

    private RenewalLoop Loop(ILogger log) => new("n1", _clock, log);
}
