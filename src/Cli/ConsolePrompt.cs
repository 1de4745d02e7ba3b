using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EncryptionService.Client;

namespace EncryptionService.Cli;

/// <summary>Asks a person for a passphrase.</summary>
internal interface IPassphrasePrompt
{
    /// <summary>Asks once.</summary>
    /// <param name="question">The question.</param>
    /// <param name="error">Why there is none; empty on success.</param>
    /// <returns>The passphrase, to be disposed by the caller; null if there is none.</returns>
    Passphrase? Ask(string question, out string error);
}

/// <summary>Reads from the terminal without echo, into memory that is zeroed.</summary>
internal sealed class ConsolePrompt : IPassphrasePrompt
{
    public Passphrase? Ask(string question, out string error)
    {
        if (Console.IsInputRedirected)
        {
            error = "There is no terminal to ask for the passphrase. Put it into a file and name it with --passphrase-file or EEC_PASSPHRASE_FILE.";
            return null;
        }

        var typed = GC.AllocateArray<char>(Passphrase.MaxLength, pinned: true);
        try
        {
            Console.Error.Write(question);
            var length = Read(typed);
            Console.Error.WriteLine();
            return Passphrase.TryCreate(typed.AsSpan(0, length), out error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(typed.AsSpan()));
        }
    }

    private static int Read(Span<char> typed)
    {
        var length = 0;
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    return length;
                case ConsoleKey.Backspace when length > 0:
                    length -= length > 1 && char.IsLowSurrogate(typed[length - 1]) ? 2 : 1;
                    break;
                default:
                    if (key.KeyChar >= ' ' && length < typed.Length)
                    {
                        typed[length++] = key.KeyChar;
                    }

                    break;
            }
        }
    }
}
