using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EncryptionService.Provisioning.Tests.Invitations;

/// <summary>A mail as it came over the wire.</summary>
internal sealed record ReceivedMail(string From, IReadOnlyList<string> To, string Text, string? User, string? Password);

/// <summary>An SMTP server on loopback that keeps what it is given.</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public SmtpReceiver()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Answer to RCPT TO; null: taken.</summary>
    public string? Refusal { get; set; }

    /// <summary>Offers AUTH LOGIN.</summary>
    public bool Authenticates { get; set; }

    public ConcurrentQueue<ReceivedMail> Mails { get; } = new();

    public string[] Settings => [$"--Invitations:SmtpHost=127.0.0.1", $"--Invitations:SmtpPort={Port}", "--Invitations:SmtpTls=false", "--Invitations:From=invitations@core.example"];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                sessions.Add(TalkAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (from, to) = ("", new List<string>());
        string? user = null, password = null;
        await SayAsync(stream, "220 core.example");
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await SayAsync(stream, Authenticates ? "250-core.example\r\n250-8BITMIME\r\n250-AUTH LOGIN\r\n250 SMTPUTF8" : "250-core.example\r\n250-8BITMIME\r\n250 SMTPUTF8");
                    break;
                case "AUTH":
                    user = Decode(line.Split(' ')[^1]);
                    await SayAsync(stream, "334 UGFzc3dvcmQ6");
                    password = Decode((await reader.ReadLineAsync(stop.Token))!);
                    await SayAsync(stream, "235 welcome");
                    break;
                case "MAIL":
                    from = line;
                    await SayAsync(stream, "250 ok");
                    break;
                case "RCPT":
                    to.Add(line);
                    await SayAsync(stream, Refusal ?? "250 ok");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    var text = await ReadMailAsync(reader);
                    Mails.Enqueue(new ReceivedMail(from, to, text, user, password));
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private async Task<string> ReadMailAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(stop.Token) is { } line && line != ".")
        {
            text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        }

        return text.ToString();
    }

    private async Task SayAsync(NetworkStream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"), stop.Token);
}
