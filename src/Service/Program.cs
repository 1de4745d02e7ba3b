using EncryptionService.Service;

return await Commands.RunAsync(args);
