using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Hosts;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>Where SCIM calls go: a connection's base URL, on whichever instance.</summary>
/// <param name="cores">The instances.</param>
/// <param name="path">Path of the base URL, without a slash at its end.</param>
/// <param name="token">The connection's token.</param>
/// <param name="agent">User-Agent of the IdP.</param>
/// <param name="recorder">Takes the answers down.</param>
/// <param name="time">The clock.</param>
internal sealed class ScimDoor(Cores cores, string path, string token, string agent, Recorder recorder, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>How long answered requests took.</summary>
    public CallTimes Times { get; } = new();

    /// <summary>Requests that were never answered, because a host was killed.</summary>
    public int Lost => lost;

    private int lost;

    /// <summary>Sends until it is answered: for what may be sent twice.</summary>
    public async Task<ScimAnswer> SendAsync(HttpMethod method, string resource, JsonObject? body, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            if (await TryAsync(method, resource, body, cancellationToken) is { } answer)
            {
                return answer with { Lost = attempt };
            }

            if (time.GetElapsedTime(began) > Patience)
            {
                throw new HammerException($"{method} {resource} was not answered for {Patience.TotalSeconds:F0} seconds.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public Task<ScimAnswer> GetAsync(string resource, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, resource, null, cancellationToken);

    /// <summary>Sends once; null if a kill took the answer with it.</summary>
    public async Task<ScimAnswer?> TryAsync(HttpMethod method, string resource, JsonObject? body, CancellationToken cancellationToken)
    {
        var kills = cores.Kills;
        var troubled = cores.Recovering;
        var began = time.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(cores.Next(), path + resource));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
            if (body is not null)
            {
                request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/scim+json", "utf-8"));
            }

            using var response = await http.SendAsync(request, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var answer = Read($"{method} {resource}", response, bytes);
            if (answer.Status < 500)
            {
                Times.Add(method, resource, time.GetElapsedTime(began));
                recorder.Add("scim-answers", bytes);
                return answer;
            }

            if (!troubled && cores.Kills == kills)
            {
                throw new HammerException($"{answer.What} was answered with {answer.Status}: {answer.Body?["detail"]}");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (!troubled && cores.Kills == kills && !cores.Recovering)
            {
                throw new HammerException($"{method} {resource} failed although nobody was killed: {exception.Message}", exception);
            }
        }

        Interlocked.Increment(ref lost);
        return null;
    }

    public void Dispose() => http.Dispose();

    private static ScimAnswer Read(string what, HttpResponseMessage response, byte[] bytes)
    {
        if (bytes.Length > 0 && response.Content.Headers.ContentType?.MediaType != "application/scim+json")
        {
            throw new HammerException($"{what} was answered with {(int)response.StatusCode} as {response.Content.Headers.ContentType}.");
        }

        return new ScimAnswer(what, (int)response.StatusCode, bytes.Length == 0 ? null : JsonNode.Parse(bytes)!.AsObject(), 0);
    }
}
