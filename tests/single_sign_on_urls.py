"""The addresses of a catalogue whose environment names a provider of single sign-on."""

from catalogue import single_sign_on, urls

handler404 = urls.handler404
urlpatterns = [*single_sign_on.urlpatterns, *urls.urlpatterns]
