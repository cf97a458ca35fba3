using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Tests.Fakes;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class WarningHeaderTests
{
    [Theory]
    [InlineData("unknown field \"a\"", "299 - \"unknown field \\\"a\\\"\"")]
    [InlineData("two\nlines", "299 - \"two lines\"")]
    [InlineData("ümlaut", "299 - \"?mlaut\"")]
    public void A_sentence_becomes_a_header_value_that_cannot_break_out(string warning, string expected) => Assert.Equal(expected, WarningHeader.Encode(warning));

    [Theory]
    [InlineData("/version", 200)]
    [InlineData("/nowhere", 404)]
    public async Task What_is_to_be_said_of_a_token_stands_in_every_answer(string path, int code)
    {
        var identity = new CallerIdentity(new Grumbling(), new Impersonation(new SwitchAuthorizer()));
        await using var server = await StreamServer.StartAsync(HttpVersion.Version11, async context =>
        {
            Assert.Equal("robot", (await identity.IdentifyAsync(context)).Name);
            if (context.Request.Path == "/nowhere")
                await StatusResponse.WriteAsync(context, ApiErrors.NoSuchPath().Status);
            else
                await BodyResponse.WriteBytesAsync(context, "{}"u8.ToArray(), 200, "application/json");
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Authorization", "Bearer old" } } };
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((code, "299 - \"get another token\""), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("Warning"))));
    }

    private sealed class Grumbling : IAuthenticator
    {
        public ValueTask<TokenIdentity?> AuthenticateTokenAsync(string token, CancellationToken cancel) => new(new TokenIdentity(new UserInfo("robot"), []) { Warning = "get another token" });

        public UserInfo? AuthenticateCertificate(X509Certificate2 certificate) => null;
    }
}
