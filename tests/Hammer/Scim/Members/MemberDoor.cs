using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Hosts;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Scim.Members;

/// <summary>An answer of the member API.</summary>
internal sealed record MemberAnswer(int Status, JsonObject? Body)
{
    /// <summary>The last part of a problem's type; empty for none.</summary>
    public string Problem => ((string?)Body?["type"])?.Split(':')[^1] ?? "";
}

/// <summary>Calls of members (member.md). Repeated until they are answered, however often a host dies meanwhile.</summary>
internal sealed class MemberDoor(OrganizationId organization, Cores cores, Recorder recorder, TimeProvider time) : IDisposable
{
    private const long Lifetime = 120;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };

    public async Task<MemberAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, Invitee? caller, CancellationToken cancellationToken)
    {
        var bytes = body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString());
        var began = time.GetTimestamp();
        while (true)
        {
            if (await TryAsync(method, path, bytes, caller, cancellationToken) is { } answer)
            {
                return answer;
            }

            if (time.GetElapsedTime(began) > Patience)
            {
                throw new HammerException($"{method} {path} was not answered for {Patience.TotalSeconds:F0} seconds.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public string Sign(Invitee invitee) => invitee.Keys.Sign(new Registration
    {
        Organization = organization,
        Member = invitee.Member,
        Audience = CoreSettings.CoreId,
        Hpke = invitee.Keys.Public.Hpke,
        Signing = invitee.Keys.Public.Signing,
        IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
        ExpiresAt = time.GetUtcNow().ToUnixTimeSeconds() + Lifetime,
        Id = NewId(),
    });

    public void Dispose() => http.Dispose();

    private static string NewId() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));

    private async Task<MemberAnswer?> TryAsync(HttpMethod method, string path, byte[] body, Invitee? caller, CancellationToken cancellationToken)
    {
        var kills = cores.Kills;
        var troubled = cores.Recovering;
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(cores.Next(), path));
            if (method != HttpMethod.Get)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            if (caller is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(caller, $"{method} {path}", body));
            }

            using var response = await http.SendAsync(request, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if ((int)response.StatusCode < 500)
            {
                recorder.Add("member-answers", bytes);
                return new MemberAnswer((int)response.StatusCode, bytes.Length == 0 ? null : JsonNode.Parse(bytes)!.AsObject());
            }

            if (!troubled && cores.Kills == kills)
            {
                throw new HammerException($"{method} {path} was answered with {(int)response.StatusCode}.");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (!troubled && cores.Kills == kills && !cores.Recovering)
            {
                throw new HammerException($"{method} {path} failed although nobody was killed: {exception.Message}", exception);
            }
        }

        return null;
    }

    private string Token(Invitee caller, string method, byte[] body)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return caller.Keys.Sign(new CallToken
        {
            Organization = organization,
            Audience = CoreSettings.CoreId,
            Method = method,
            Request = Digest32.Of(body),
            IssuedAt = now,
            ExpiresAt = now + Lifetime,
            Id = NewId(),
        });
    }
}
